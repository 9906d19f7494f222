//! Finnet's dialect: every request carries a customer's token, which an authorisation code (QRIS_AUTH_CODE) or a refresh
//! token (QRIS_REFRESH_TOKEN) brings. `cargo run -p qris-client --example finnet -- URL PARTNER_FILE [SANDBOX_KEY]`, see
//! the README.

mod common;

use qris_snap::client::CustomerGrant;
use qris_snap::dialect::FINNET;
use qris_snap::sign::Token;

#[tokio::main]
async fn main() -> common::Result<()> {
    let place = common::Place::given()?;
    let client = place.client(place.caller(&FINNET)?.build()?)?;
    let grant = match (std::env::var("QRIS_AUTH_CODE"), std::env::var("QRIS_REFRESH_TOKEN")) {
        (Ok(code), _) => CustomerGrant::Code(Token::new(code)),
        (_, Ok(token)) => CustomerGrant::Refresh(Token::new(token)),
        _ => return Err("QRIS_AUTH_CODE or QRIS_REFRESH_TOKEN is wanted: the customer's consent".into()),
    };
    let customer = client.authorize(grant).await?;
    common::walk(&customer, &place, None).await
}
