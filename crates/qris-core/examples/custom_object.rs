//! Objects a payment system defines for itself, in 62-50 to 62-99, with keys of their own:
//! `cargo run -p qris-core --features alloc --example custom_object`.

use qris_core::keys::{Context, Key, Text, ValueType};
use qris_core::schema::{Format, PAYMENT_SYSTEM, TemplateSpec};
use qris_core::{AccountValues, Builder, Id, Path, Payload, Profile, QrisBuf};

/// Where the loyalty programme has its objects.
const LOYALTY: Path = Path::of(&[62, 50]);
/// Who defines them: whatever the ID, this is what tells them from those of others.
const GUID: &str = "COM.EXAMPLE.LOYALTY";

/// Its table. Rows narrower than EMVCo's are the programme's own business.
enum Loyalty {}

impl Context for Loyalty {
    const SPEC: &'static TemplateSpec = &PAYMENT_SYSTEM;
}

const MEMBER: Key<Loyalty, Text> = Key::of(1);
const POINTS: Key<Loyalty, Points> = Key::of(2);

/// Points, as digits.
struct Points(u32);

impl ValueType for Points {
    type Value<'a> = Points;
    const FORMAT: Format = Format::Any;

    fn read(text: &str) -> Option<Points> {
        text.parse().ok().map(Points)
    }
}

/// The member and the points of a payload that has them, wherever in 62-50 to 62-99.
fn loyalty<'a>(payload: &Payload<'a>) -> Option<(&'a str, Points)> {
    let theirs = |object: qris_core::DataObject<'a>| {
        let template = object.template()?;
        (template.value_of(Id::PAYLOAD_FORMAT_INDICATOR)? == GUID).then(|| template.typed::<Loyalty>())
    };
    let template = payload.additional_data()?.objects().find_map(theirs)?;
    Some((template.read(MEMBER)?, template.read(POINTS)?))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Builder::rupiah();
    let (guid, mpan) = ("ID.CO.EXAMPLE.WWW", "936009140000000001".parse()?);
    let account = AccountValues::new(guid, mpan, "TESTMID00000001", "UMI".parse()?);
    builder.account(Id::MERCHANT_ACCOUNT, &account).national("ID1026000000012".parse()?, "UMI".parse()?);
    builder
        .mcc("5812".parse()?)
        .merchant_name("WARUNG CONTOH")
        .merchant_city("JAKARTA PUSAT")
        .postal_code("10110");
    for (id, value) in [(Id::PAYLOAD_FORMAT_INDICATOR, GUID), (MEMBER.id(), "M-0007"), (POINTS.id(), "120")] {
        let path = LOYALTY.child(id).ok_or("nothing nests deeper")?;
        builder.set(path, value);
    }
    let qris: QrisBuf = builder.to_buf(&Profile::QRIS)?;
    println!("{}", qris.as_str());
    let (member, Points(points)) = loyalty(&qris.as_qris()).ok_or("no loyalty data")?;
    println!("member {member} has {points} points");
    Ok(())
}
