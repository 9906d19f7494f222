//! What an operator does beside a sandbox: pays without money, consents for a customer. Refused where money is real.

use std::path::Path;
use std::time::{Duration, Instant};

use qris_snap::codes::Situation;
use qris_snap::json::Value;
use serde::Serialize;

use super::{AuthorizedObject, Office, client_id_of};
use crate::clock::Clock;
use crate::db::{DbError, Tx};
use crate::error::OperatorError;
use crate::model::{Delivery, EventKind, Transaction, meta, outbox, partner, transaction};
use crate::sandbox::{self, Found, Payment};

/// A payment that was simulated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SimulatedObject {
    /// Our reference number.
    pub reference_no: String,
    /// The partner's.
    pub partner_reference_no: Option<String>,
    /// X-CLIENT-KEY of the partner that is told.
    pub client_id: String,
    /// Rupiah, as `15000.00`.
    pub paid: String,
    /// The tip beside it, as `500.00`.
    pub tip: String,
    /// Retrieval reference number.
    pub rrn: Option<String>,
    /// What became of the notification: `delivered`, `pending`, `dead`; none: nobody is told.
    pub notification: Option<&'static str>,
}

/// How long the notification is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Most transactions of one partner reference number that are named.
const SHOWN: usize = 5;

impl Office<'_> {
    /// What a start writes down: whether these data are a sandbox's now. Where they are not, the client id of the demo
    /// partner that a sandbox left in them.
    pub(crate) async fn begin(&self) -> Result<Option<String>, OperatorError> {
        let sandbox = self.sandbox;
        let unit = move |tx: &mut dyn Tx| {
            if sandbox {
                meta::set(tx, meta::SANDBOX, "0")?;
                return Ok(None);
            }
            meta::remove(tx, meta::SANDBOX)?;
            Ok::<_, DbError>(Some((meta::get(tx, meta::DEMO_CLIENT)?, meta::get(tx, meta::DEMO_FILE)?)))
        };
        let Some((client, file)) = self.store.write(unit).await? else { return Ok(None) };
        // Older programs wrote down the file only.
        let barred = client.or_else(|| file.as_deref().and_then(|file| client_id_in(Path::new(file))));
        if let Some(client_id) = &barred {
            tracing::warn!(client_id, "the sandbox's demo partner is not taken here: its keys lie in a file");
        }
        Ok(barred)
    }

    /// Pays a code without money, as `/sandbox/v1/pay` does. `reference` is our reference number (62-05 of the
    /// QR code is the same), the partner's, or the whole `qrContent`; `amount` is for codes whose payer enters it.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when the data are no sandbox's, nothing has this reference, or it cannot be paid now.
    pub async fn simulate_payment(
        &self,
        reference: &str,
        amount: Option<&str>,
    ) -> Result<SimulatedObject, OperatorError> {
        let wrong = |text| OperatorError::Usage(format!("{text:?} is no amount: write 15000, or 15000.00"));
        let amount =
            amount.map(|text| sandbox::minor(&Value::from(text)).ok_or_else(|| wrong(text))).transpose()?;
        let reference = reference.trim().to_owned();
        let unit = move |tx: &mut dyn Tx| {
            let now_ms = sandbox_now_ms(tx)?;
            let code = find(tx, &reference, now_ms.div_euclid(1000))?;
            let paid = sandbox::pay_code(tx, &code, (amount, None), now_ms, None)?;
            Ok::<_, OperatorError>((code, paid))
        };
        let (code, paid) = self.store.write(unit).await?;
        match paid {
            Payment::Made(_) | Payment::Unheard(_) => self.told(code).await,
            Payment::Refused(refusal) if refusal.situation() == Situation::AlreadyPaid => {
                Err(OperatorError::Refused(format!("{} was paid before: nothing is done", code.reference_no)))
            }
            Payment::Refused(refusal) => {
                let advice = match refusal.situation() {
                    Situation::InvalidAmount if code.amount.is_none() => "give --amount 15000",
                    Situation::InvalidAmount => "give no --amount: the code asks for one",
                    Situation::TransactionExpired
                    | Situation::TransactionCancelled
                    | Situation::InvalidStatus => "make another code and pay that",
                    _ => "see `qris explain` for the code",
                };
                let (number, why) = (&code.reference_no, refusal.log());
                Err(OperatorError::Refused(format!("{number} is not paid: {why}; {advice}")))
            }
        }
    }

    /// What was paid, once the gateway that runs has told the partner, or has had the time to.
    async fn told(&self, code: Transaction) -> Result<SimulatedObject, OperatorError> {
        let until = Instant::now() + PATIENCE;
        loop {
            let number = code.reference_no.clone();
            let read = move |tx: &mut dyn Tx| {
                let paid = transaction::by_reference(tx, &number)?;
                let rows = outbox::of_transaction(tx, &number)?;
                let told = rows.into_iter().find(|row| row.kind == EventKind::Paid);
                Ok::<_, DbError>((paid, told.map(|row| row.state)))
            };
            let (paid, state) = self.store.read(read).await?;
            if state != Some(Delivery::Pending) || Instant::now() >= until {
                return Ok(object(paid.unwrap_or(code), state));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// An authorisation code, as [`authorize`](Self::authorize) gives one, for a partner of a sandbox; none is named: the
    /// only one that has customers.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when the data are no sandbox's, or there is none or more than one such partner; those of
    /// [`authorize`](Self::authorize).
    pub async fn simulate_consent(
        &self,
        client_id: Option<String>,
        customer: &str,
    ) -> Result<AuthorizedObject, OperatorError> {
        let unit = move |tx: &mut dyn Tx| {
            let now_ms = sandbox_now_ms(tx)?;
            let client_id = match client_id {
                Some(id) => client_id_of(tx, &id)?,
                None => with_customers(tx)?,
            };
            Ok::<_, OperatorError>((client_id, now_ms.div_euclid(1000)))
        };
        let (client_id, now) = self.store.read(unit).await?;
        Office { now, ..*self }.authorize(&client_id, customer).await
    }
}

/// The client id in a file of a partner's credentials.
fn client_id_in(file: &Path) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Known {
        client_id: String,
    }
    let text = std::fs::read(file).ok()?;
    serde_json::from_slice::<Known>(&text).ok().map(|known| known.client_id)
}

/// The time in the sandbox that was started last on these data, Unix milliseconds.
fn sandbox_now_ms(tx: &mut dyn Tx) -> Result<i64, OperatorError> {
    let none = || {
        let text = "these data are no sandbox's, and real money is not simulated: start `qris serve --sandbox` on a \
                    database of its own";
        OperatorError::Refused(text.to_owned())
    };
    let offset = meta::get(tx, meta::SANDBOX)?.ok_or_else(none)?;
    let offset = offset.parse::<i64>().unwrap_or_default();
    Ok(Clock::system_ms().saturating_add(offset.saturating_mul(1000)))
}

/// The transaction somebody means.
fn find(tx: &mut dyn Tx, reference: &str, now: i64) -> Result<Transaction, OperatorError> {
    match sandbox::find(tx, reference, now)? {
        Found::One(found) => Ok(found),
        Found::Nothing => Err(OperatorError::Refused(format!(
            "no transaction has the reference {reference:?}: give partnerReferenceNo or referenceNo of `generate`, or the \
             whole qrContent in quotes; `qris snap call generate` makes one"
        ))),
        Found::Several(found) => {
            let named = found.iter().take(SHOWN).map(|it| format!("{} of {}", it.reference_no, it.client_id));
            let named: Vec<String> = named.collect();
            let text =
                format!("{} partners have {reference:?}: say which, {}", found.len(), named.join(" or "));
            Err(OperatorError::Refused(text))
        }
    }
}

fn with_customers(tx: &mut dyn Tx) -> Result<String, OperatorError> {
    let all = partner::all(tx)?;
    let found: Vec<&str> = all
        .iter()
        .filter(|partner| partner.has_customers() && partner.disabled_at.is_none())
        .map(|partner| partner.client_id.as_str())
        .collect();
    match found[..] {
        [only] => Ok(only.to_owned()),
        [] => Err(OperatorError::Refused(
            "no partner here has customers: add one first, such as `qris gateway partner add --policy finnet \
             --role upstream --generate-key keys`"
                .to_owned(),
        )),
        _ => Err(OperatorError::Refused(format!("say which partner's customer: {}", found.join(" or ")))),
    }
}

fn object(paid: Transaction, told: Option<Delivery>) -> SimulatedObject {
    SimulatedObject {
        notification: told.map(Delivery::as_str),
        paid: paid.paid_amount.rupiah(),
        tip: paid.paid_tip.rupiah(),
        reference_no: paid.reference_no,
        partner_reference_no: paid.partner_reference_no,
        client_id: paid.client_id,
        rrn: paid.rrn,
    }
}
