//! What to do about a response code.

use super::Case;

/// HTTP, case, advice; a row for each of the table.
static ADVICE: [(u16, u8, &str); 63] = [
    (200, 0, "Nothing: it was done."),
    (202, 0, "Wait, then ask with a query (51): the payment is neither done nor refused yet."),
    (
        400,
        0,
        "Send a JSON object as the body, with Content-Type application/json, of at most the size that was agreed.",
    ),
    (400, 1, "Correct the member or header that is named: type, length, characters or date format."),
    (400, 2, "Add the member or header that is named."),
    (
        401,
        0,
        "Read the reason. Invalid Signature: `qris snap verify --request FILE` names what went wrong. Invalid Timestamp: set the clock, and label the time with its own offset. Unknown Client: check X-CLIENT-KEY or X-PARTNER-ID.",
    ),
    (
        401,
        1,
        "Ask for a new access token (73) and repeat the request once; send it to the server that issued it.",
    ),
    (401, 2, "Ask for a new customer token (74), by refresh token or a new authorisation code, and repeat."),
    (401, 3, "Send `Authorization: Bearer ` and the access token that 73 answered."),
    (401, 4, "Send `Authorization-Customer: Bearer ` and the customer token that 74 answered."),
    (403, 0, "Generate a new QR: this one, or its transaction, is past its time."),
    (
        403,
        1,
        "Ask the provider to allow this service for your partner, or use the credentials of the role that has it.",
    ),
    (403, 2, "Ask for a smaller amount, or have the limit raised."),
    (403, 3, "Do not repeat it: ask the provider why it was held for fraud."),
    (403, 4, "Wait until the limit of requests or transactions begins anew, usually the next day."),
    (403, 5, "Do not repeat it: the issuer refuses; the payer asks the issuer."),
    (403, 6, "Repeat it at the time the provider allows."),
    (403, 7, "Pay from another card or account."),
    (403, 8, "Pay from another card or account."),
    (403, 9, "The payer has the account woken by the issuer, or pays from another."),
    (403, 10, "Set the limit of the token first."),
    (403, 11, "Wait until the one-time password is unlocked, or ask the issuer."),
    (403, 12, "Ask for a new one-time password."),
    (403, 13, "Ask the payer for the one-time password that was sent, and go on with it."),
    (403, 14, "Pay less, or from an account with enough in it."),
    (403, 15, "Do not repeat it: this transaction is not allowed for this payer, merchant or channel."),
    (403, 16, "Ask the provider why the transaction is suspended; query it (51) before anything else."),
    (403, 17, "Use less than the limit of the token, or a new token."),
    (403, 18, "Use a card, account or customer that is active."),
    (403, 19, "Do not repeat it: the merchant is barred; the provider knows why."),
    (403, 20, "Wait until the merchant's limit begins anew, or have it raised."),
    (403, 21, "This limit cannot be set: use one that the provider allows."),
    (403, 22, "Correct the limit of the token."),
    (403, 23, "Wait until the account's limit begins anew, or have it raised."),
    (
        404,
        0,
        "Query the transaction (51): its status does not allow this, such as a refund of the unpaid or a cancel of the paid. For 4040000 without a service: check the path.",
    ),
    (
        404,
        1,
        "Check the references: they must be those of the original request of the same partner and merchant.",
    ),
    (404, 2, "Check the path and to whom it is sent: nobody is at the end of this route."),
    (404, 3, "Pay through another bank: this one is not connected."),
    (404, 4, "Generate a new QR: the transaction was cancelled."),
    (404, 5, "Register the merchant for cards first."),
    (404, 6, "Ask for a one-time password first."),
    (404, 7, "Begin anew: the journey this request belongs to is not known."),
    (404, 8, "Check merchantId and subMerchantId, and that the merchant belongs to this partner."),
    (404, 9, "Check the card or account: no issuer has it."),
    (404, 10, "Call the services in their order."),
    (404, 11, "Check the card, account or customer number."),
    (404, 12, "Check the number of the bill or virtual account."),
    (
        404,
        13,
        "Correct the amount: above zero, in IDR, two decimals, and for a refund no more than what is left.",
    ),
    (404, 14, "Do not pay again: it is paid. Query it (51)."),
    (404, 15, "Ask the payer for the one-time password again."),
    (404, 16, "Check the partner's number: nobody has it."),
    (404, 17, "Check terminalId, and that the terminal belongs to this merchant."),
    (404, 18, "Send the same values under the same reference, or use a new reference."),
    (404, 19, "Check the number of the bill or virtual account."),
    (405, 0, "Use POST on the path of the service."),
    (405, 1, "Do not repeat it: the operation is not allowed any more, such as a refund after its time."),
    (
        409,
        0,
        "Use a new X-EXTERNAL-ID, unique within the day (WIB). Was it a repetition of the same request, query the transaction (51) first: it may have been done.",
    ),
    (
        409,
        1,
        "Use a new partnerReferenceNo (of a refund: partnerRefundNo). Was it a repetition, query the first one (51): it may have been done.",
    ),
    (429, 0, "Wait and repeat more slowly."),
    (500, 0, "Query the transaction (51) before it is repeated: it may have been done."),
    (500, 1, "Query the transaction (51) before it is repeated: it may have been done."),
    (500, 2, "Query the transaction (51) before it is repeated: somebody behind the provider failed."),
    (504, 0, "Query the transaction (51) before it is repeated: it may have been done."),
];

impl Case {
    /// What whoever received this does next.
    ///
    /// ```
    /// use qris_snap::codes::Case;
    /// assert!(Case::find(404, 14).unwrap().advice().starts_with("Do not pay again"));
    /// ```
    pub fn advice(&self) -> &'static str {
        let row = ADVICE.iter().find(|(http, case, _)| (*http, *case) == (self.http, self.case));
        row.map_or("", |(_, _, advice)| advice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::CASES;

    #[test]
    fn every_row_has_advice() {
        let rows = CASES.iter().map(|case| (case.http, case.case));
        assert!(rows.eq(ADVICE.iter().map(|(http, case, _)| (*http, *case))));
        assert!(CASES.iter().all(|case| case.advice().ends_with('.')));
    }
}
