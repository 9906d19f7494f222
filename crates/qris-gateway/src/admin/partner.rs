//! Partners: added with their keys, listed, disabled, given new keys.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use qris_snap::policy::{Policy, SignatureMode};
use qris_snap::sign::{KeyError, PublicKey};
use qris_snap::{DateTime, Service};
use zeroize::Zeroizing;

use super::check::{check_id, check_url, default_token_url, headers_of, name_of, own_mount_of};
use super::merchant::demo_merchant;
use super::record::{KeySource, NewPartner, PartnerObject, PartnerRow, Paths, RotatedObject, Rotation};
use super::settings::{default_policy, prefixes_behind, sendable, uniqueness_word};
use super::{Office, policy, random_digits};
use crate::crypto::{self, secret_name};
use crate::db::{DbError, Tx};
use crate::error::OperatorError;
use crate::keys::{make_pair, write_private, write_public};
use crate::model::{Credential, CredentialKind, NotifySign, Partner, Role, merchant, partner};
use crate::snap;

/// The largest key file, in bytes.
const KEY_FILE: u64 = 64 * 1024;
/// File of the gateway's public key, beside the partner's.
const GATEWAY_PUBLIC: &str = "qris-gateway-public.pem";

pub(crate) fn when(unix: i64) -> String {
    DateTime::wib(unix).map_or_else(|| unix.to_string(), |time| time.as_str().to_owned())
}

/// A key pair or public key on its way into the database and onto the disk.
struct Material {
    public_pem: String,
    private_pem: Option<Zeroizing<String>>,
    /// Where its files go.
    folder: PathBuf,
}

impl Material {
    async fn of(source: &KeySource) -> Result<Material, OperatorError> {
        match source {
            KeySource::PublicKey(path) => {
                let key = read_public(path)?;
                let folder = path.parent().unwrap_or(Path::new("")).to_owned();
                let public_pem = key.to_pem().map_err(|error| OperatorError::key(path, error))?;
                Ok(Material { public_pem, private_pem: None, folder })
            }
            KeySource::Generate(folder) => {
                let (private, public_pem) = make_pair().await?;
                Ok(Material { public_pem, private_pem: Some(private), folder: folder.clone() })
            }
        }
    }

    /// Writes the private key, when there is one; its file and its Base64.
    fn write(&self, client_id: &str) -> Result<(Option<String>, Option<String>), OperatorError> {
        let Some(pem) = &self.private_pem else { return Ok((None, None)) };
        let file = self.folder.join(format!("{client_id}-private.pem"));
        write_private(&file, pem.as_bytes(), true)?;
        write_public(&self.folder.join(format!("{client_id}-public.pem")), self.public_pem.as_bytes())?;
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        // Through bytes, so that it is Base64 and nothing else.
        let bytes = BASE64.decode(&body).map_err(|_| OperatorError::key(&file, KeyError::Unreadable))?;
        Ok((Some(absolute(&file)), Some(BASE64.encode(bytes))))
    }
}

fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

fn read_public(path: &Path) -> Result<PublicKey, OperatorError> {
    let failed = |error| OperatorError::file("read", path, error);
    if std::fs::metadata(path).map_err(failed)?.len() > KEY_FILE {
        return Err(OperatorError::Usage(format!("{} is too large for a key", path.display())));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    PublicKey::read(&bytes).map_err(|error| OperatorError::key(path, error))
}

impl Office<'_> {
    /// Adds a partner, and with `demo` its first merchant; writes its key files.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] for an id that is taken, [`OperatorError::Usage`] for what cannot be.
    pub async fn add_partner(&self, new: NewPartner) -> Result<PartnerObject, OperatorError> {
        self.add_partner_and(new, |_, _| Ok(true)).await
    }

    /// As [`add_partner`](Self::add_partner), with one more step in the same unit of work: `false` undoes it.
    pub(super) async fn add_partner_and(
        &self,
        new: NewPartner,
        last: impl FnOnce(&mut dyn Tx, &PartnerObject) -> Result<bool, OperatorError> + Send + 'static,
    ) -> Result<PartnerObject, OperatorError> {
        let urls = [("a notification URL", &new.notify_url), ("a token URL", &new.notify_token_url)];
        for (what, url) in urls {
            if let Some(url) = url {
                check_url(what, url, self.sandbox).await?;
            }
        }
        let partner = self.partner(&new)?;
        sendable(&partner, &[])?;
        self.ids_are_free(&partner).await?;
        let material = Material::of(&new.key).await?;
        let secret = crypto::random_token()?;
        let secret_row = self.secret(&partner.client_id, &secret)?;
        let key_row = self.public_key(&partner.client_id, &material.public_pem)?;
        let merchant = (new.demo && partner.role == Role::Merchant)
            .then(|| demo_merchant(&partner.client_id, self.now))
            .transpose()?;
        // Files first: a partner in the database whose private key was never written is of no use.
        let (private_key_file, private_key_base64) = material.write(&partner.client_id)?;
        let mut gateway_file = material.folder.join(GATEWAY_PUBLIC);
        // The key that was given is not written over: another gateway's file has the same name.
        if matches!(&new.key, KeySource::PublicKey(path) if absolute(path) == absolute(&gateway_file)) {
            gateway_file = material.folder.join(format!("{}-{GATEWAY_PUBLIC}", partner.client_id));
        }
        write_public(&gateway_file, self.keys.gateway_public_pem.as_bytes())?;
        let object = PartnerObject {
            client_id: partner.client_id.clone(),
            partner_id: partner.partner_id.clone(),
            channel_id: partner.channel_id.clone(),
            client_secret: secret,
            dialect: partner.dialect.name.to_ascii_lowercase(),
            role: partner.role.as_str(),
            private_key_file,
            private_key_base64,
            gateway_public_key_file: absolute(&gateway_file),
            merchant_id: merchant.as_ref().map(|merchant| merchant.merchant_id.clone()),
            token_path: path(&partner, Service::TokenB2b),
            paths: paths(&partner),
        };
        let result = object.clone();
        let now = self.now;
        self.store
            .write(move |tx| {
                if !partner::add(tx, &partner)? {
                    return Err(taken(&partner));
                }
                partner::rotate(tx, &key_row, now)?;
                partner::rotate(tx, &secret_row, now)?;
                if let Some(merchant) = &merchant
                    && !merchant::add(tx, merchant)?
                {
                    return Err(OperatorError::Refused("the merchant id is taken: try again".to_owned()));
                }
                if !last(tx, &object)? {
                    return Err(OperatorError::Refused("another process was quicker".to_owned()));
                }
                Ok(())
            })
            .await?;
        Ok(result)
    }

    /// Before any file is written: one of the same name may hold another partner's key.
    async fn ids_are_free(&self, new: &Partner) -> Result<(), OperatorError> {
        let (client_id, partner_id) = (new.client_id.clone(), new.partner_id.clone());
        let known = move |tx: &mut dyn Tx| {
            let by_client = partner::by_client_id(tx, &client_id)?;
            Ok::<_, OperatorError>(by_client.is_some() || partner::by_partner_id(tx, &partner_id)?.is_some())
        };
        if self.store.read(known).await? { Err(taken(new)) } else { Ok(()) }
    }

    fn partner(&self, new: &NewPartner) -> Result<Partner, OperatorError> {
        let client_id = match &new.client_id {
            Some(id) => id.clone(),
            None => format!("QG{}", random_digits(10)?),
        };
        check_id("a client id", &client_id, 64)?;
        let partner_id = new.partner_id.clone().unwrap_or_else(|| client_id.chars().take(36).collect());
        check_id("a partner id", &partner_id, 36)?;
        let channel_id = match &new.channel_id {
            Some(id) => id.clone(),
            None => random_digits(5)?,
        };
        check_id("a channel id", &channel_id, 64)?;
        let mount = own_mount_of(&new.mount)?;
        let notify_sign = new.notify_sign.unwrap_or(match new.dialect.notification {
            SignatureMode::Symmetric => NotifySign::Hmac,
            _ => NotifySign::Rsa,
        });
        let notify_url = new.notify_url.clone();
        let notify_token_url = match (&new.notify_token_url, &notify_url) {
            (Some(url), _) => Some(url.clone()),
            (None, Some(url)) if notify_sign == NotifySign::Hmac => default_token_url(url),
            (None, _) => None,
        };
        let of_dialect = default_policy(new.role, new.dialect);
        let policy = Policy { prefixes: prefixes_behind(&mount, &of_dialect), ..of_dialect };
        let policy = policy::changed(policy, &new.policy)?;
        Ok(Partner {
            client_id,
            partner_id,
            channel_id,
            name: name_of(&new.name)?,
            dialect: new.dialect,
            role: new.role,
            policy,
            mount,
            notify_url,
            notify_sign,
            notify_token_url,
            notify_headers: headers_of("{}", &new.notify_headers)?,
            created_at: self.now,
            disabled_at: None,
            allow_ips: Arc::default(),
        })
    }

    fn secret(&self, client_id: &str, secret: &str) -> Result<Credential, OperatorError> {
        let sealed = self.keys.master.seal(&secret_name(client_id), secret.as_bytes())?;
        self.credential(client_id, CredentialKind::Secret, sealed)
    }

    fn public_key(&self, client_id: &str, pem: &str) -> Result<Credential, OperatorError> {
        self.credential(client_id, CredentialKind::PublicKey, pem.as_bytes().to_vec())
    }

    fn credential(
        &self,
        client_id: &str,
        kind: CredentialKind,
        value: Vec<u8>,
    ) -> Result<Credential, OperatorError> {
        let id = crypto::random_id()?;
        let client_id = client_id.to_owned();
        Ok(Credential { id, client_id, kind, value, created_at: self.now, valid_until: None })
    }

    /// Every partner, oldest first.
    ///
    /// # Errors
    /// The storage's.
    pub async fn partners(&self) -> Result<Vec<PartnerRow>, OperatorError> {
        let partners = self.store.read(partner::all).await?;
        Ok(partners.iter().map(row).collect())
    }

    /// Refuses a partner from now on. Its transactions stay.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when it is unknown or was disabled before.
    pub async fn disable_partner(&self, client_id: &str) -> Result<(), OperatorError> {
        let (id, now) = (client_id.to_owned(), self.now);
        if self.store.write(move |tx| partner::disable(tx, &id, now)).await? {
            return Ok(());
        }
        Err(OperatorError::Refused(format!("no partner {client_id:?} that is not disabled already")))
    }

    /// Gives a partner new keys; the old ones are taken for the grace time too.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when it is unknown.
    pub async fn rotate(&self, client_id: &str, rotation: Rotation) -> Result<RotatedObject, OperatorError> {
        if rotation.key.is_none() && !rotation.secret {
            return Err(OperatorError::Usage("a new public key, a new secret or both are wanted".to_owned()));
        }
        let id = client_id.to_owned();
        let unknown = || OperatorError::Refused(format!("no partner {client_id:?}"));
        let known = self.store.read(move |tx| partner::by_client_id(tx, &id)).await?;
        known.ok_or_else(unknown)?;
        let mut rows = Vec::new();
        let (mut private_key_file, mut private_key_base64) = (None, None);
        if let Some(source) = &rotation.key {
            let material = Material::of(source).await?;
            rows.push(self.public_key(client_id, &material.public_pem)?);
            (private_key_file, private_key_base64) = material.write(client_id)?;
        }
        let client_secret = rotation.secret.then(crypto::random_token).transpose()?;
        if let Some(secret) = &client_secret {
            rows.push(self.secret(client_id, secret)?);
        }
        let until = self.now.saturating_add(i64::from(rotation.grace));
        self.store
            .write(move |tx| rows.iter().try_for_each(|row| partner::rotate(tx, row, until)))
            .await
            .map_err(|error: DbError| OperatorError::from(error))?;
        Ok(RotatedObject {
            client_id: client_id.to_owned(),
            client_secret,
            private_key_file,
            private_key_base64,
            grace_seconds: rotation.grace,
            old_valid_until: when(until),
        })
    }
}

fn taken(partner: &Partner) -> OperatorError {
    let Partner { client_id, partner_id, .. } = partner;
    OperatorError::Refused(format!(
        "client id {client_id:?} or partner id {partner_id:?} is taken: choose others"
    ))
}

pub(super) fn row(partner: &Partner) -> PartnerRow {
    PartnerRow {
        client_id: partner.client_id.clone(),
        partner_id: partner.partner_id.clone(),
        channel_id: partner.channel_id.clone(),
        name: partner.name.clone(),
        dialect: partner.dialect.name.to_ascii_lowercase(),
        role: partner.role.as_str(),
        mount: partner.mount.clone(),
        notify_url: partner.notify_url.clone(),
        notify_sign: partner.notify_sign.as_str(),
        external_id: uniqueness_word(partner.policy.external_id.uniqueness),
        created_at: when(partner.created_at),
        disabled_at: partner.disabled_at.map(when),
    }
}

pub(super) fn paths(partner: &Partner) -> Paths {
    Paths {
        generate: path(partner, Service::Generate),
        query: path(partner, Service::Query),
        cancel: path(partner, Service::Cancel),
        refund: path(partner, Service::Refund),
        decode: path(partner, Service::Decode),
        payment: path(partner, Service::Payment),
        notify: path(partner, Service::Notify),
    }
}

pub(super) fn path(partner: &Partner, service: Service) -> String {
    snap::paths::of(partner, service)
}
