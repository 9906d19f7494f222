//! The client: one method a service.

use std::sync::Arc;

use qris_snap::client::{Ask, Caller, CustomerGrant, Unknown};
use qris_snap::message::{
    ApplyOttRequest, ApplyOttResponse, CancelRequest, CancelResponse, DecodeRequest, DecodeResponse,
    GenerateRequest, GenerateResponse, NotifyRequest, NotifyResponse, PaymentRequest, PaymentResponse,
    QueryRequest, QueryResponse, RefundRequest, RefundResponse, StatusRequest, StatusResponse,
};
use qris_snap::sign::Token;

use crate::customer::Customer;
use crate::error::{Error, SetupError};
use crate::options::Options;
use crate::send::{Sender, Step};
use crate::settle::{Begin, Told};
use crate::shared::Shared;

/// A client of one acquirer, for one caller. Clones share connections and the access token. `Debug` holds no secret.
///
/// A call that is dropped before it ends leaves the outcome unknown, as a lost answer does.
#[derive(Debug, Clone)]
pub struct Client {
    sender: Sender,
}

impl Client {
    /// A client. Nothing is connected yet.
    ///
    /// ```
    /// use qris_client::{Client, Options};
    /// use qris_snap::client::Caller;
    /// use qris_snap::dialect::FINPAY;
    /// use qris_snap::headers::HeaderName;
    /// use qris_snap::sign::{KeySize, PrivateKey, Secret};
    ///
    /// let caller = Caller::builder(&FINPAY)
    ///     .client_id("client-1")
    ///     .private_key(PrivateKey::generate(KeySize::RSA_2048)?)
    ///     .secret(Secret::new("s3cret"))
    ///     .header(HeaderName::PartnerId, "P1")
    ///     .header(HeaderName::ChannelId, "95221")
    ///     .header(HeaderName::Origin, "merchant.example")
    ///     .build()?;
    /// let client = Client::new(caller, Options::new("https://api.acquirer.example"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A base URL that is not called, or a TLS library that cannot be set up.
    pub fn new(caller: Caller, options: Options) -> Result<Client, SetupError> {
        let shared = Arc::new(Shared::new(caller, options)?);
        Ok(Client { sender: Sender { shared, customer: None } })
    }

    /// Who calls.
    pub fn caller(&self) -> &Caller {
        &self.sender.shared.caller
    }

    /// A client that acts for a customer: its requests carry the token that 74 grants for this code or refresh token.
    /// It is renewed by the refresh token as long as there is one.
    ///
    /// # Errors
    /// [`Error::Refused`] for a code that is not taken; [`Error::Unknown`] when the answer was lost: the code may then be
    /// used up, and the customer must consent again.
    pub async fn authorize(&self, grant: CustomerGrant) -> Result<Client, Error> {
        let shared = Arc::clone(&self.sender.shared);
        let customer = Some(Arc::new(Customer::authorize(&shared, grant).await?));
        Ok(Client { sender: Sender { shared, customer } })
    }

    /// The customer's refresh token, to be kept (encrypted) for [`authorize`](Self::authorize) after a restart. It changes
    /// with each renewal.
    pub fn refresh_token(&self) -> Option<Token> {
        self.sender.customer.as_ref()?.refresh_token()
    }

    /// Generates a QR code (47). A lost answer is asked about by `partnerReferenceNo`, and the request repeated under it
    /// when the acquirer does not know it; without one a lost answer stays [`Error::Unknown`].
    ///
    /// [`Told::Found`] has the code where the acquirer's answer to 51 has it, see [`Told::qr_content`].
    ///
    /// # Errors
    /// [`Error`].
    pub async fn generate(&self, request: &GenerateRequest) -> Result<Told<GenerateResponse>, Error> {
        self.sender.settle(request, Begin::Send).await
    }

    /// As [`generate`](Self::generate), of a request whose outcome is not known: after a restart, say. It is asked about
    /// before it is sent.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn resume_generate(&self, request: &GenerateRequest) -> Result<Told<GenerateResponse>, Error> {
        self.sender.settle(request, Begin::Ask).await
    }

    /// Cancels what was not paid (77). A lost answer is asked about, and the request repeated unless the transaction is
    /// cancelled already.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn cancel(&self, request: &CancelRequest) -> Result<Told<CancelResponse>, Error> {
        self.sender.settle(request, Begin::Send).await
    }

    /// As [`cancel`](Self::cancel), of a request whose outcome is not known.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn resume_cancel(&self, request: &CancelRequest) -> Result<Told<CancelResponse>, Error> {
        self.sender.settle(request, Begin::Ask).await
    }

    /// Refunds (78). A lost answer is looked for in the `refundHistory` of 51; where there is none, the request is
    /// repeated under its `partnerRefundNo`, and a refusal as a duplicate says that it was done. Without a
    /// `partnerRefundNo` a lost answer stays [`Error::Unknown`].
    ///
    /// # Errors
    /// [`Error`].
    pub async fn refund(&self, request: &RefundRequest) -> Result<Told<RefundResponse>, Error> {
        self.sender.settle(request, Begin::Send).await
    }

    /// As [`refund`](Self::refund), of a request whose outcome is not known.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn resume_refund(&self, request: &RefundRequest) -> Result<Told<RefundResponse>, Error> {
        self.sender.settle(request, Begin::Ask).await
    }

    /// Where a transaction stands (51). It changes nothing, so it is asked again until there is an answer.
    ///
    /// # Errors
    /// [`Error`]; [`Error::Refused`] with [`is_not_found`](qris_snap::client::Refused::is_not_found) when the acquirer does
    /// not know it.
    pub async fn query(&self, request: &QueryRequest) -> Result<QueryResponse, Error> {
        self.until_answered(request).await
    }

    /// As [`query`](Self::query), by the service that non-banks have for it (53).
    ///
    /// # Errors
    /// [`Error`].
    pub async fn status(&self, request: &StatusRequest) -> Result<StatusResponse, Error> {
        self.until_answered(request).await
    }

    /// Decodes a QR code (48), once.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn decode(&self, request: &DecodeRequest) -> Result<Told<DecodeResponse>, Error> {
        self.once(request).await
    }

    /// Asks for a one-time token (49), once.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn apply_ott(&self, request: &ApplyOttRequest) -> Result<Told<ApplyOttResponse>, Error> {
        self.once(request).await
    }

    /// Pays, host to host (50), once: what became of a lost answer is for the caller to ask.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn payment(&self, request: &PaymentRequest) -> Result<Told<PaymentResponse>, Error> {
        self.once(request).await
    }

    /// Notifies of a payment (52), once: when to do so again is for the outbox it comes from.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn notify(&self, request: &NotifyRequest) -> Result<Told<NotifyResponse>, Error> {
        self.once(request).await
    }

    async fn until_answered<M: Ask>(&self, request: &M) -> Result<M::Answer, Error> {
        let mut letter = self.sender.letter(request)?;
        for attempt in 1.. {
            let error = match self.sender.send(&mut letter, request).await {
                Step::Done(answer) => return Ok(answer),
                Step::Refused(refused) => return Err(Error::Refused(refused)),
                Step::InProgress(notice) => Error::Unknown(Unknown::new(notice.http, notice.to_string())),
                Step::NotSent(error) => error,
                Step::Lost(unknown) => Error::Unknown(unknown),
            };
            if !error.may_pass() || !self.sender.pause(attempt, letter.deadline).await {
                return Err(error);
            }
            letter.external_id = self.sender.external_id()?;
        }
        Err(Error::NotSent("no attempt".to_owned()))
    }

    async fn once<M: Ask>(&self, request: &M) -> Result<Told<M::Answer>, Error> {
        let mut letter = self.sender.letter(request)?;
        match self.sender.send(&mut letter, request).await {
            Step::Done(answer) => Ok(Told::Answered(answer)),
            Step::InProgress(notice) => Ok(Told::InProgress(notice)),
            Step::Refused(refused) => Err(Error::Refused(refused)),
            Step::NotSent(error) => Err(error),
            Step::Lost(unknown) => Err(Error::Unknown(unknown)),
        }
    }
}
