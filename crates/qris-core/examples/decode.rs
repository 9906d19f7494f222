//! Decode a payload and read what a gateway needs: `cargo run -p qris-core --example decode [PAYLOAD]`.

use qris_core::display::{Safe, tree};
use qris_core::{Payload, Profile, Qris, Rejection, check};

const SAMPLE: &str = "00020101021226620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE51410014\
    ID.CO.QRIS.WWW0212ID12345678910303UKE520458145303360540410005502025602505802ID5909Test Sogi6015JAKARTA \
    SELATAN61051271062100706finnet630490FF";

fn main() {
    let text = std::env::args().nth(1).unwrap_or_else(|| SAMPLE.to_owned());
    match Qris::decode(&text) {
        Ok(qris) => {
            println!("pay {} in {}", Safe(qris.merchant_name()), Safe(qris.merchant_city()));
            match (qris.amount(), qris.total()) {
                (Some(amount), Ok(Some(total))) => println!("amount {amount}, {total} with the fee"),
                (Some(amount), Ok(None)) => println!("amount {amount}, and a tip of the payer's choice"),
                (Some(amount), Err(error)) => println!("amount {amount}; {error}"),
                (None, _) => println!("the payer enters the amount"),
            }
            for account in qris.accounts() {
                println!("account {}: {:?}, NNS {:?}", account.id(), account.guid(), account.nns());
            }
        }
        Err(rejection) => {
            println!("do not pay: {rejection}");
            // It is a payload with a right CRC, but a rule is broken: show everything that was found.
            if let (Rejection::NotConformant(_), Ok(payload)) = (rejection, Payload::parse(&text)) {
                print!("{}", tree(&payload, &Profile::WILD));
                for finding in check::findings(&payload, &Profile::WILD) {
                    println!("{finding:#}");
                }
            }
        }
    }
}
