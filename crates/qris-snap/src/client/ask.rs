//! Which answer belongs to which question, and whether an answer is about what was asked.

use super::reply::Unknown;
use crate::message::{
    ApplyOttRequest, ApplyOttResponse, CancelRequest, CancelResponse, CustomerTokenRequest,
    CustomerTokenResponse, DecodeRequest, DecodeResponse, GenerateRequest, GenerateResponse, Message,
    NotifyRequest, NotifyResponse, PaymentRequest, PaymentResponse, QueryRequest, QueryResponse,
    RefundRequest, RefundResponse, Response, StatusRequest, StatusResponse, TokenRequest, TokenResponse,
};

/// A request, with the type of its answer.
pub trait Ask: Message {
    /// What success looks like.
    type Answer: Response;

    /// Whether the references an answer repeats are those that were asked about. What it leaves out is not held
    /// against it.
    ///
    /// # Errors
    /// [`Unknown`] with the member that differs: what became of the request asked about is then not known.
    fn about(&self, answer: &Self::Answer) -> Result<(), Unknown> {
        let _ = answer;
        Ok(())
    }
}

/// Members with what was sent and what came back.
type Pair<'a> = (&'static str, &'a Option<String>, &'a Option<String>);

/// Two texts that are there and differ.
fn same(pairs: &[Pair<'_>]) -> Result<(), Unknown> {
    let differs = pairs.iter().find(|(_, sent, got)| sent.is_some() && got.is_some() && sent != got);
    match differs {
        Some((member, ..)) => Err(Unknown::new(None, format!("the answer is about another {member}"))),
        None => Ok(()),
    }
}

/// The provider's number decides when both sides name it: it is searched first.
fn original(provider: Pair<'_>, merchant: Pair<'_>) -> Result<(), Unknown> {
    if provider.1.is_some() && provider.2.is_some() { same(&[provider]) } else { same(&[merchant]) }
}

const PROVIDER: &str = "originalReferenceNo";
const MERCHANT: &str = "originalPartnerReferenceNo";

impl Ask for TokenRequest {
    type Answer = TokenResponse;
}

impl Ask for CustomerTokenRequest {
    type Answer = CustomerTokenResponse;
}

impl Ask for GenerateRequest {
    type Answer = GenerateResponse;

    fn about(&self, answer: &GenerateResponse) -> Result<(), Unknown> {
        same(&[("partnerReferenceNo", &self.partner_reference_no, &answer.partner_reference_no)])
    }
}

impl Ask for DecodeRequest {
    type Answer = DecodeResponse;
}

impl Ask for ApplyOttRequest {
    type Answer = ApplyOttResponse;
}

impl Ask for PaymentRequest {
    type Answer = PaymentResponse;

    fn about(&self, answer: &PaymentResponse) -> Result<(), Unknown> {
        same(&[("partnerReferenceNo", &self.partner_reference_no, &answer.partner_reference_no)])
    }
}

impl Ask for QueryRequest {
    type Answer = QueryResponse;

    fn about(&self, answer: &QueryResponse) -> Result<(), Unknown> {
        original(
            (PROVIDER, &self.original_reference_no, &answer.original_reference_no),
            (MERCHANT, &self.original_partner_reference_no, &answer.original_partner_reference_no),
        )
    }
}

impl Ask for StatusRequest {
    type Answer = StatusResponse;

    fn about(&self, answer: &StatusResponse) -> Result<(), Unknown> {
        original(
            (PROVIDER, &self.original_reference_no, &answer.original_reference_no),
            (MERCHANT, &self.original_partner_reference_no, &answer.original_partner_reference_no),
        )
    }
}

impl Ask for NotifyRequest {
    type Answer = NotifyResponse;
}

impl Ask for CancelRequest {
    type Answer = CancelResponse;

    fn about(&self, answer: &CancelResponse) -> Result<(), Unknown> {
        original(
            (PROVIDER, &self.original_reference_no, &answer.original_reference_no),
            (MERCHANT, &self.original_partner_reference_no, &answer.original_partner_reference_no),
        )
    }
}

impl Ask for RefundRequest {
    type Answer = RefundResponse;

    fn about(&self, answer: &RefundResponse) -> Result<(), Unknown> {
        same(&[("partnerRefundNo", &self.partner_refund_no, &answer.partner_refund_no)])?;
        original(
            (PROVIDER, &self.original_reference_no, &answer.original_reference_no),
            (MERCHANT, &self.original_partner_reference_no, &answer.original_partner_reference_no),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn an_answer_about_something_else_is_none() {
        let asked = GenerateRequest { partner_reference_no: text("INV-1"), ..GenerateRequest::default() };
        let with = |number| GenerateResponse { partner_reference_no: number, ..Default::default() };
        assert!(asked.about(&with(text("INV-1"))).is_ok());
        assert!(asked.about(&with(None)).is_ok());
        let other = asked.about(&with(text("INV-2"))).unwrap_err();
        assert_eq!(other.log(), "the answer is about another partnerReferenceNo");
    }

    #[test]
    fn a_payment_and_a_cancellation_are_held_to_their_numbers() {
        let paid = PaymentRequest { partner_reference_no: text("P1"), ..PaymentRequest::default() };
        let with = |number| PaymentResponse { partner_reference_no: number, ..Default::default() };
        assert!(paid.about(&with(text("P1"))).is_ok() && paid.about(&with(text("P2"))).is_err());

        let cancelled = CancelRequest { original_reference_no: text("R1"), ..CancelRequest::default() };
        let with = |number| CancelResponse { original_reference_no: number, ..Default::default() };
        assert!(cancelled.about(&with(text("R1"))).is_ok() && cancelled.about(&with(text("R2"))).is_err());

        let asked = StatusRequest { original_reference_no: text("R1"), ..StatusRequest::default() };
        let with = |number| StatusResponse { original_reference_no: number, ..Default::default() };
        assert!(asked.about(&with(text("R1"))).is_ok() && asked.about(&with(text("R2"))).is_err());
    }

    #[test]
    fn the_providers_number_decides_when_both_name_it() {
        let asked = QueryRequest {
            original_reference_no: text("R1"),
            original_partner_reference_no: text("whatever"),
            ..QueryRequest::default()
        };
        let with = |provider, merchant| QueryResponse {
            original_reference_no: provider,
            original_partner_reference_no: merchant,
            ..QueryResponse::default()
        };
        assert!(asked.about(&with(text("R1"), text("INV-1"))).is_ok());
        assert!(asked.about(&with(text("R2"), text("whatever"))).is_err());
        assert!(asked.about(&with(None, text("INV-1"))).is_err());
        assert!(asked.about(&with(None, text("whatever"))).is_ok());
    }

    #[test]
    fn a_refund_is_known_by_its_own_number_and_by_its_original() {
        let asked = RefundRequest {
            partner_refund_no: text("RF-1"),
            original_partner_reference_no: text("INV-1"),
            ..RefundRequest::default()
        };
        let with = |refund, merchant| RefundResponse {
            partner_refund_no: refund,
            original_partner_reference_no: merchant,
            ..RefundResponse::default()
        };
        assert!(asked.about(&with(text("RF-1"), text("INV-1"))).is_ok());
        assert!(asked.about(&with(text("RF-2"), text("INV-1"))).is_err());
        assert!(asked.about(&with(text("RF-1"), text("INV-2"))).is_err());
    }
}
