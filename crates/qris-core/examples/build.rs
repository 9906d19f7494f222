//! Build a payload from values: `cargo run -p qris-core --example build`.

use qris_core::{AccountValues, Builder, Id, Profile, Tip};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (guid, mpan) = ("ID.CO.EXAMPLE.WWW", "936009140000000001".parse()?);
    let account = AccountValues::new(guid, mpan, "TESTMID00000001", "UMI".parse()?);
    let mut builder = Builder::rupiah();
    builder
        .account(Id::MERCHANT_ACCOUNT, &account)
        .national("ID1026000000012".parse()?, "UMI".parse()?)
        .mcc("5812".parse()?)
        .merchant_name("WARUNG CONTOH")
        .merchant_city("JAKARTA PUSAT")
        .postal_code("10110")
        .terminal_label("A01")
        .amount("15000".parse()?)
        .tip(Tip::Fixed("500".parse()?));
    let mut buffer = [0; 512];
    // Built, read back and judged by the letter: a payload that breaks a rule is not handed out.
    let qris = builder.build(&mut buffer, &Profile::QRIS)?;
    println!("{}", qris.as_str());
    Ok(())
}
