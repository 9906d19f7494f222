//! Finpay's dialect: paths of its own, statuses in words, the code of generate for every success, ORIGIN on every request.
//! `cargo run -p qris-client --example finpay -- URL PARTNER_FILE [SANDBOX_KEY]`, see the README.

mod common;

use qris_snap::dialect::FINPAY;
use qris_snap::headers::HeaderName;

#[tokio::main]
async fn main() -> common::Result<()> {
    let place = common::Place::given()?;
    let caller = place.caller(&FINPAY)?.header(HeaderName::Origin, "merchant.example").build()?;
    common::walk(&place.client(caller)?, &place, None).await
}
