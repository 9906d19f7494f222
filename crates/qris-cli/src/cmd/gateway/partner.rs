//! `qris gateway partner`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use qris_gateway::admin::{
    AuthorizedObject, KeySource, NewPartner, PartnerChange, PartnerDetails, PartnerObject, PartnerRow, Paths,
    Profile, Rotation, check_auth_code,
};
use qris_gateway::model::Role;

use super::args::{AddPartner, AuthorizeCustomer, Common, DisablePartner, RotateKey, Who};
use super::profile::Agreed;
use super::words::{DialectName, ExternalIdName, RoleName, SignName, pair};
use super::{at_work, done, print_json, print_table, state};
use crate::output::{Failure, Outcome, Verdict, print_line, raw_results};
use crate::words::count;

#[derive(Debug, ClapArgs)]
pub(super) struct ShowPartner {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    who: Who,
    /// Print a profile that `--policy` takes.
    #[arg(long, conflicts_with = "json")]
    profile: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  qris gateway partner set QG0123456789 --notify-url https://shop.example/notify
  qris gateway partner set QG0123456789 --policy timestamp.windowSeconds=60 \\
      --policy signature=asymmetricNoToken
  qris gateway partner set QG0123456789 --policy ours.toml
  qris gateway notification retry --partner QG0123456789
A profile begins with the policy of its dialect; the partner keeps its name and
its role. `partner show` has every setting's name and value. The last
example sends again what was given up for want of a URL.")]
pub(super) struct SetPartner {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    change: ChangeArgs,
    /// The gateway runs with --sandbox: notifications may go to this machine too, and over http.
    #[arg(long)]
    sandbox: bool,
}

#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = true)]
struct ChangeArgs {
    /// For people.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Names, types and paths of its messages; its policy stays, unless --default-policy is given too.
    #[arg(long)]
    dialect: Option<DialectName>,
    /// Begin again with the policy of its dialect, before other changes.
    #[arg(long)]
    default_policy: bool,
    /// Path before all of its paths, such as /api; empty: none.
    #[arg(long, value_name = "PATH")]
    mount: Option<String>,
    /// Where its notifications go.
    #[arg(long, value_name = "URL")]
    notify_url: Option<String>,
    /// They go nowhere.
    #[arg(long, conflicts_with = "notify_url")]
    no_notify_url: bool,
    /// How they are signed.
    #[arg(long)]
    notify_sign: Option<SignName>,
    /// Where a token for them is fetched, with hmac.
    #[arg(long, value_name = "URL")]
    notify_token_url: Option<String>,
    /// It is fetched nowhere.
    #[arg(long, conflicts_with = "notify_token_url")]
    no_notify_token_url: bool,
    /// Authorisation code that its receiver issued to us: a customer token for notifications is fetched with it.
    // Codes of others may begin with a hyphen.
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    notify_auth_code: Option<String>,
    /// A header they carry, beside those there are; an empty value takes it out; repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    notify_header: Vec<(String, String)>,
    /// A repeated X-EXTERNAL-ID: not looked at, 409xx00, or the stored answer again.
    #[arg(long)]
    external_id: Option<ExternalIdName>,
    /// A network or address it may ask from, in the place of those there are; repeatable.
    #[arg(long, value_name = "CIDR")]
    allow_ip: Vec<String>,
    /// It may ask from everywhere.
    #[arg(long, conflicts_with = "allow_ip")]
    allow_any_ip: bool,
    /// A setting of its policy, in the names and values of `partner show`, or a profile: a TOML file, or a name of
    /// `profile list`; repeatable.
    #[arg(long, value_name = "FILE|NAME=VALUE")]
    policy: Vec<String>,
    /// Only say whether the profile and the settings can be followed; no database is opened.
    #[arg(long, requires = "policy")]
    check: bool,
}

pub(super) fn add(args: AddPartner) -> Outcome {
    let AddPartner { common, key, .. } = args;
    let agreed = Agreed::of(&args.policy)?;
    if key.check {
        return agreed.checked(common.json);
    }
    let wanted = |what| Failure::Usage(format!("--{what} or a profile (--policy FILE) is wanted"));
    let profile = agreed.profile.as_ref();
    let dialect = args.dialect.map(DialectName::dialect).transpose()?;
    let key = key_source(key.public_key, key.generate_key);
    let new = NewPartner {
        name: args.name.or(profile.map(|it| it.name.clone())).ok_or_else(|| wanted("name"))?,
        dialect: dialect.or(profile.map(|it| it.dialect)).ok_or_else(|| wanted("dialect"))?,
        role: args.role.map(RoleName::role).or(profile.and_then(|it| it.role)).unwrap_or(Role::Merchant),
        client_id: args.client_id,
        partner_id: args.partner_id,
        channel_id: args.channel_id,
        key: key.ok_or_else(|| Failure::Usage("--public-key or --generate-key is wanted".into()))?,
        notify_url: args.notify_url,
        notify_sign: args.notify_sign.map(SignName::sign).or(profile.and_then(|it| it.notify_sign)),
        notify_token_url: args.notify_token_url,
        notify_headers: args.notify_header,
        mount: args.mount.or(profile.and_then(|it| it.mount.clone())).unwrap_or_default(),
        policy: agreed.settings(args.external_id.map(ExternalIdName::setting)),
        demo: args.demo,
    };
    let made = at_work(common.place(args.sandbox), async |opened| {
        let office = opened.office();
        // Before anything is made that would be shown once.
        args.notify_auth_code.as_deref().map(check_auth_code).transpose()?;
        let made = office.add_partner(new).await?;
        if let Some(code) = &args.notify_auth_code {
            office.keep_customer_grant(&made.client_id, code).await?;
        }
        Ok(made)
    })?;
    if common.json {
        return print_json(&made);
    }
    let PartnerObject { client_id, partner_id, channel_id, client_secret, .. } = &made;
    let private = made.private_key_file.as_deref().unwrap_or("(its own)");
    let merchant = made.merchant_id.as_deref().unwrap_or("(none: see `qris gateway merchant add`)");
    let rows = [
        ["client id", client_id],
        ["partner id", partner_id],
        ["channel id", channel_id],
        ["client secret", client_secret],
        ["dialect", &made.dialect],
        ["role", made.role],
        ["private key", private],
        ["gateway's public key", &made.gateway_public_key_file],
        ["merchant id", merchant],
    ];
    let mut rows = rows.map(|row| row.map(str::to_owned)).to_vec();
    rows.extend(path_rows(&made.token_path, &made.paths));
    print_table(&[], &rows)
}

fn key_source(public: Option<PathBuf>, generate: Option<PathBuf>) -> Option<KeySource> {
    public.map(KeySource::PublicKey).or_else(|| generate.map(KeySource::Generate))
}

pub(super) fn list(common: Common) -> Outcome {
    let found = at_work(common.place(false), async |opened| opened.office().partners().await)?;
    if common.json {
        return print_json(&found);
    }
    let rows = found.iter().map(|row: &PartnerRow| {
        let PartnerRow { client_id, partner_id, name, dialect, .. } = row;
        let texts = [client_id, partner_id, name, dialect].map(Clone::clone);
        let [client, partner, name, dialect] = texts;
        [client, partner, name, dialect, row.role.to_owned(), row.mount.clone(), state(&row.disabled_at)]
    });
    let rows: Vec<_> = rows.collect();
    print_table(&["CLIENT ID", "PARTNER ID", "NAME", "DIALECT", "ROLE", "MOUNT", "STATE"], &rows)
}

pub(super) fn authorize(args: AuthorizeCustomer) -> Outcome {
    let (common, id) = (args.common, args.who.id());
    let made =
        at_work(common.place(false), async |opened| opened.office().authorize(&id, &args.customer).await)?;
    print_authorized(&made, common.json, false)
}

/// The code with whose it is, or alone.
pub(super) fn print_authorized(made: &AuthorizedObject, json: bool, code_only: bool) -> Outcome {
    if json {
        return print_json(&made);
    }
    if code_only {
        print_line(&made.auth_code)?;
        return Ok(Verdict::Good);
    }
    let rows = [
        ["client id", &made.client_id],
        ["customer", &made.customer],
        ["authorisation code", &made.auth_code],
        ["good for", &format!("{}, once", count(made.expires_in, "second"))],
    ];
    print_table(&[], &rows.map(|row| row.map(str::to_owned)))
}

pub(super) fn disable(args: DisablePartner) -> Outcome {
    let (common, id) = (args.common, args.who.id());
    at_work(common.place(false), async |opened| opened.office().disable_partner(&id).await)?;
    done(common.json, "disabled", "client_id", &id)
}

pub(super) fn rotate_key(args: RotateKey) -> Outcome {
    let (common, id) = (args.common, args.who.id());
    let key = key_source(args.public_key, args.generate_key);
    let rotation = Rotation { key, secret: args.secret, grace: args.grace };
    let made = at_work(common.place(false), async |opened| opened.office().rotate(&id, rotation).await)?;
    if common.json {
        return print_json(&made);
    }
    let rows = [
        ["client id", &made.client_id],
        ["client secret", made.client_secret.as_deref().unwrap_or("(as before)")],
        ["private key", made.private_key_file.as_deref().unwrap_or("(its own)")],
        ["old ones until", &made.old_valid_until],
    ];
    print_table(&[], &rows.map(|row| row.map(str::to_owned)))
}

pub(super) fn show(args: ShowPartner) -> Outcome {
    let (common, id) = (args.common, args.who.id());
    let found = at_work(common.place(false), async |opened| opened.office().partner_details(&id).await)?;
    if args.profile {
        use std::io::Write;
        let mut out = raw_results();
        out.write_all(Profile::text_of(&found).as_bytes())?;
        out.flush()?;
        return Ok(Verdict::Good);
    }
    print_details(common.json, &found)
}

pub(super) fn set(args: SetPartner) -> Outcome {
    let (common, id, change) = (args.common, args.who.id(), args.change);
    let grant = change.notify_auth_code.clone();
    let agreed = Agreed::of(&change.policy)?;
    if change.check {
        return agreed.checked(common.json);
    }
    let profile = agreed.profile.as_ref();
    let url = |url: Option<String>, none: bool| url.map(Some).or(none.then_some(None));
    let dialect = change.dialect.map(DialectName::dialect).transpose()?;
    let change = PartnerChange {
        name: change.name,
        dialect: dialect.or(profile.map(|it| it.dialect)),
        default_policy: change.default_policy || profile.is_some(),
        // A profile that names none has none.
        mount: change.mount.or(profile.map(|it| it.mount.clone().unwrap_or_default())),
        notify_url: url(change.notify_url, change.no_notify_url),
        notify_sign: change.notify_sign.map(SignName::sign).or(profile.and_then(|it| it.notify_sign)),
        notify_token_url: url(change.notify_token_url, change.no_notify_token_url),
        notify_headers: change.notify_header,
        allow_ips: (change.allow_any_ip || !change.allow_ip.is_empty()).then_some(change.allow_ip),
        policy: agreed.settings(change.external_id.map(ExternalIdName::setting)),
    };
    let made = at_work(common.place(args.sandbox), async |opened| {
        let office = opened.office();
        grant.as_deref().map(check_auth_code).transpose()?;
        let made = office.change_partner(&id, change).await?;
        if let Some(code) = &grant {
            office.keep_customer_grant(&id, code).await?;
        }
        Ok(made)
    })?;
    print_details(common.json, &made)
}

fn print_details(json: bool, found: &PartnerDetails) -> Outcome {
    if json {
        return print_json(found);
    }
    let PartnerDetails { row, .. } = found;
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "(none)".to_owned());
    let row_of = |name: &str, text: String| [name.to_owned(), text];
    let mut rows = vec![
        row_of("client id", row.client_id.clone()),
        row_of("partner id", row.partner_id.clone()),
        row_of("channel id", row.channel_id.clone()),
        row_of("name", row.name.clone()),
        row_of("dialect", row.dialect.clone()),
        row_of("role", row.role.to_owned()),
        row_of("state", state(&row.disabled_at)),
        row_of("created", row.created_at.clone()),
        row_of("mount", row.mount.clone()),
        row_of("notify url", or_none(&row.notify_url)),
        row_of("notify sign", row.notify_sign.to_owned()),
        row_of("notify token url", or_none(&found.notify_token_url)),
        row_of("notify headers", found.notify_headers.join(", ")),
        row_of(
            "may ask from",
            if found.allow_ips.is_empty() { "everywhere".to_owned() } else { found.allow_ips.join(", ") },
        ),
    ];
    rows.extend(path_rows(&found.token_path, &found.paths));
    rows.extend(found.policy.iter().map(|(name, value)| row_of(name, value.clone())));
    print_table(&[], &rows)
}

fn path_rows(token: &str, paths: &Paths) -> Vec<[String; 2]> {
    let rows = [
        ["token path", token],
        ["generate path", &paths.generate],
        ["query path", &paths.query],
        ["cancel path", &paths.cancel],
        ["refund path", &paths.refund],
        ["decode path", &paths.decode],
        ["payment path", &paths.payment],
        ["notify path", &paths.notify],
    ];
    rows.map(|row| row.map(str::to_owned)).to_vec()
}
