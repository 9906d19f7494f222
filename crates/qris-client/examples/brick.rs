//! Brick's dialect: signed with the RSA key, a constant X-EXTERNAL-ID from its console, codes as integers, validity in
//! seconds. `cargo run -p qris-client --example brick -- URL PARTNER_FILE [SANDBOX_KEY]`, see the README.

mod common;

use qris_snap::dialect::BRICK;
use qris_snap::headers::HeaderName;

#[tokio::main]
async fn main() -> common::Result<()> {
    let place = common::Place::given()?;
    let caller = place.caller(&BRICK)?.header(HeaderName::ExternalId, "41807553358950093184").build()?;
    common::walk(&place.client(caller)?, &place, Some("900")).await
}
