//! Customers: authorisation codes that we issue, and those that a receiver of notifications has issued to us.

use serde::Serialize;

use super::{Office, client_id_of};
use crate::crypto::{self, secret_name};
use crate::error::OperatorError;
use crate::model::{Credential, CredentialKind, partner};
use crate::notify::CustomerGrant;
use crate::snap::token::{self, NotAuthorized};

/// An authorisation code, shown once.
#[derive(Debug, Clone, Serialize)]
pub struct AuthorizedObject {
    /// X-CLIENT-KEY of the partner that may use it.
    pub client_id: String,
    /// The customer, as the partner calls it.
    pub customer: String,
    /// `authCode` of service 74: good once.
    pub auth_code: String,
    /// Seconds it lives.
    pub expires_in: i64,
}

impl Office<'_> {
    /// Issues an authorisation code for a customer of a partner, as the customer's consent would: 74 exchanges it for a
    /// customer token.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] for a partner that is unknown or has no customers, [`OperatorError::Usage`] for a
    /// customer's name that is none.
    pub async fn authorize(&self, id: &str, customer: &str) -> Result<AuthorizedObject, OperatorError> {
        let (id, customer, now) = (id.to_owned(), customer.trim().to_owned(), self.now);
        self.store
            .write(move |tx| {
                let client_id = client_id_of(tx, &id)?;
                let auth_code = token::consent(tx, &client_id, &customer, now)?.map_err(|why| match why {
                    NotAuthorized::Name => OperatorError::Usage(why.to_string()),
                    NotAuthorized::NoCustomers => OperatorError::Refused(why.to_string()),
                })?;
                Ok(AuthorizedObject { client_id, customer, auth_code, expires_in: token::CODE })
            })
            .await
    }

    /// Keeps, sealed, the authorisation code that a receiver of notifications has issued to us: it is exchanged for a
    /// customer token when the next notification is sent.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when the partner is unknown, [`OperatorError::Usage`] for a code that is none.
    pub async fn keep_customer_grant(&self, id: &str, code: &str) -> Result<(), OperatorError> {
        check_auth_code(code)?;
        let (id, now) = (id.to_owned(), self.now);
        let client_id = self.store.read(move |tx| client_id_of(tx, &id)).await?;
        let grant = CustomerGrant::AuthCode(code.to_owned()).to_bytes();
        let value = self.keys.master.seal(&secret_name(&client_id), &grant)?;
        let (id, kind) = (crypto::random_id()?, CredentialKind::CustomerGrant);
        let row = Credential { id, client_id, kind, value, created_at: now, valid_until: None };
        Ok(self.store.write(move |tx| partner::rotate(tx, &row, now)).await?)
    }
}

/// Whether a text can be an authorisation code.
///
/// # Errors
/// [`OperatorError::Usage`].
pub fn check_auth_code(code: &str) -> Result<(), OperatorError> {
    if code.is_empty() || code.len() > 256 || !code.bytes().all(|byte| byte.is_ascii_graphic()) {
        let text = "an authorisation code has 1 to 256 visible ASCII characters";
        return Err(OperatorError::Usage(text.to_owned()));
    }
    Ok(())
}
