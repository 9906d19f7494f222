//! The jobs the proof programs do with `qris-core`: decode, check, build, edit, print; and those with `qris-cpm`, in [`cpm`].
//!
//! Each job is an ordinary safe function over bytes the optimizer knows nothing about. The programs in
//! `src/bin` differ in what they do about a panic, and in which jobs they do.
#![no_std]
#![forbid(unsafe_code)]

pub mod cpm;

use core::fmt::{self, Write};
use core::hint::black_box;
use core::ops::ControlFlow;

use qris_core::{
    Account, AccountValues, Amount, Builder, Criteria, Currency, Edit, EncodeError, Id, Mpan, Nmid, Path,
    Payload, Percentage, Profile, Purpose, Qris, Rejection, Sealed, Tip, check, display, edit, keys,
};

/// A payload with every kind of object: accounts, amount, fee, additional data, a language template, and a
/// nested template in 62. The merchant is fictitious.
pub const SAMPLE: &str = "00020101021226690017ID.CO.EXAMPLE.WWW01189360091400000000010215TESTMID000000010303UMI\
51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI520458125303360540515000550202560410005802ID\
5913WARUNG CONTOH6013JAKARTA PUSAT61051011062340503INV0703A0199160002ID0106ABCDEF\
64180002ID0108DI WARUN6304";

/// Room for any payload these programs write.
pub type Buffer = [u8; 1024];

/// The sample, sealed: the first `SAMPLE.len() + 4` bytes of the buffer.
pub fn seal_sample(buffer: &mut Buffer) -> Option<usize> {
    let end = SAMPLE.len() + 4;
    buffer.get_mut(..SAMPLE.len())?.copy_from_slice(SAMPLE.as_bytes());
    let crc = qris_core::checksum(SAMPLE.as_bytes());
    for (place, shift) in buffer.get_mut(SAMPLE.len()..end)?.iter_mut().zip([12u16, 8, 4, 0]) {
        let nibble = (crc >> shift) as u8 & 0xF;
        *place = if nibble < 10 { b'0' + nibble } else { b'A' - 10 + nibble };
    }
    Some(end)
}

/// Structure, CRC and every object, in every length unit. Gives the number of objects, nested ones counted.
pub fn decode(bytes: &[u8]) -> Option<usize> {
    let sealed = Payload::from_bytes(bytes).and_then(Payload::verify_crc).ok()?;
    for unit in qris_core::LengthUnit::ALL {
        let _ = black_box(Payload::parse_with(sealed.as_str(), *unit));
    }
    let _ = black_box(Payload::detect(sealed.as_str()));
    let path: Option<Path> = "62/99/01".parse().ok();
    black_box(path.and_then(|path| sealed.find(black_box(path))));
    for id in (0..100).filter_map(Id::new) {
        black_box((sealed.get(id), sealed.template(id), sealed.unframed_at(id)));
    }
    black_box((sealed.characters(), sealed.crc(), qris_core::Kind::of(&sealed)));
    Some(sealed.walk().inspect(|object| _ = black_box((object.span(), object.value_span()))).count())
}

/// The structure and the CRC alone: what a program has to carry to read a payload.
pub fn decode_only(text: &str) -> Option<usize> {
    Some(Sealed::parse(text).ok()?.object_count())
}

/// All findings under every profile, by the function and by the iterator. Gives their number when the two
/// agree.
pub fn check(bytes: &[u8]) -> Option<usize> {
    let payload = Payload::from_bytes(bytes).ok()?;
    let mut visited = 0usize;
    let mut iterated = 0usize;
    for profile in Profile::ALL {
        let _ = check::visit(&payload, profile, |finding| {
            black_box((finding.code(), finding.path(), finding.span(), finding.cites(), finding.row()));
            visited += 1;
            ControlFlow::Continue(())
        });
        iterated += payload.unknown(profile).filter(|object| object.offset() > bytes.len()).count();
        black_box(payload.walk().filter_map(|object| profile.row_in(&payload, object.path())).count());
        iterated += check::findings(&payload, profile).inspect(|finding| _ = black_box(finding)).count();
    }
    (visited == iterated).then_some(visited)
}

/// The conformant view and all its getters. Gives the amount and fee in minor units.
pub fn view(bytes: &[u8]) -> Option<u64> {
    let text = core::str::from_utf8(bytes).ok()?;
    let qris = match Qris::decode(text) {
        Ok(qris) => qris,
        Err(Rejection::Decode(error)) => {
            black_box((error.offset(), error.character(), error.kind().code(), error.kind().explanation()));
            return None;
        }
        Err(rejection) => {
            black_box(&rejection);
            return None;
        }
    };
    black_box((qris.merchant_name(), qris.merchant_city(), qris.mcc(), qris.currency(), qris.country()));
    black_box((qris.initiation(), qris.postal_code(), qris.nmid(), qris.bill_number(), qris.purpose()));
    black_box((
        qris.reference_label(),
        qris.terminal_label(),
        qris.kind(),
        qris.tip(),
        qris.language_template(),
        qris.national_repository(),
        qris.transfer_account(),
    ));
    black_box((qris.domestic(), qris.account_by_guid("ID.CO.QRIS.WWW"), qris.profile()));
    black_box(qris.additional_data().and_then(|template| template.read(keys::MOBILE_NUMBER)));
    if let Some(nmid) = qris.nmid() {
        black_box((nmid.luhn_holds(), nmid.entity_type(), nmid.registered().len()));
    }
    for account in qris.accounts() {
        black_box(parts_of(&account));
    }
    qris.total().ok()?.map(|total| total.minor())
}

fn parts_of(account: &Account<'_>) -> usize {
    let mpan = account.mpan();
    let pan = mpan.map_or(0, |pan| {
        black_box((pan.method(), pan.luhn_holds(), pan.with_check_digit()));
        pan.nns().len() + pan.sequence().len()
    });
    let texts = [account.guid(), account.nns(), account.merchant_id()];
    black_box(account.criteria().and_then(|criteria| criteria.meaning()));
    pan + texts.into_iter().flatten().map(str::len).sum::<usize>()
}

/// Every value type out of one text.
pub fn values(text: &str) -> usize {
    let amounts = (0..1000).step_by(111).filter_map(Currency::new).filter_map(|currency| {
        let amount = Amount::parse(text, currency).ok()?;
        let again = Amount::from_minor(amount.minor(), currency).ok()?;
        (amount == again).then_some(again)
    });
    let found = [
        text.parse::<Mpan>().is_ok(),
        text.parse::<Nmid>().is_ok(),
        text.parse::<Criteria>().is_ok(),
        text.parse::<Percentage>().is_ok(),
        text.parse::<Purpose>().is_ok(),
        text.parse::<Currency>().is_ok(),
        text.parse::<qris_core::Mcc>().is_ok(),
        text.parse::<qris_core::Country>().is_ok(),
        text.parse::<qris_core::Initiation>().is_ok(),
        text.parse::<Id>().is_ok(),
        text.parse::<Path>().is_ok(),
    ];
    amounts.count() + found.into_iter().filter(|good| *good).count()
}

/// Builds a payload out of the pieces of a text between its commas. Gives its length.
pub fn build(pieces: &str, buffer: &mut Buffer) -> Result<usize, EncodeError> {
    let mut pieces = between_commas(pieces);
    let mut next = || pieces.next().unwrap_or_default();
    let mut builder = Builder::rupiah();
    if let (Ok(mpan), Ok(nmid), Ok(criteria)) = (next().parse(), next().parse(), next().parse()) {
        let account = AccountValues::new(next(), mpan, next(), criteria);
        builder.account(Id::MERCHANT_ACCOUNT, &account).national(nmid, criteria);
    }
    if let (Ok(mcc), Ok(amount), Ok(percentage)) = (next().parse(), next().parse(), next().parse()) {
        builder.mcc(mcc).amount(amount).tip(Tip::Percentage(percentage));
    }
    builder.merchant_name(next()).merchant_city(next()).postal_code(next());
    builder.bill_number(next()).store_label(next()).reference_label(next()).terminal_label(next());
    if let Ok(path) = next().parse::<Path>() {
        builder.set(path, next());
    }
    black_box(builder.encoded_len())?;
    builder.build(buffer, &Profile::QRIS).map(|qris| qris.as_str().len())
}

/// Edits a payload: an amount, a fee, a reference, one object set and one removed. Gives the number of
/// changes, and whether applying the edit again changes nothing.
pub fn edit(bytes: &[u8], pieces: &str, buffer: &mut Buffer) -> Option<(usize, bool)> {
    let sealed = Payload::from_bytes(bytes).and_then(Payload::verify_crc).ok()?;
    let mut pieces = between_commas(pieces);
    let mut next = || pieces.next().unwrap_or_default();
    let mut edit = Edit::new();
    edit.amount(next().parse().ok()?)
        .tip(Tip::Fixed(next().parse().ok()?))
        .reference_label(next())
        .terminal_label(next());
    edit.set(next().parse().ok()?, next()).remove(next().parse().ok()?);
    black_box(edit.encoded_len(&sealed).ok()?);
    black_box(edit.clone().keep_initiation());
    let once = Sealed::parse(edit.write_to(&sealed, buffer).ok()?).ok()?;
    let mut again: Buffer = [0; 1024];
    let twice = edit.write_to(&once, &mut again).ok()?;
    let same = twice == once.as_str();
    let changed = edit::changes(&sealed, &once).inspect(|change| _ = black_box(change)).count();
    let mut statically: Buffer = [0; 1024];
    black_box(Edit::new().make_static().build(&once, &mut statically, &Profile::WILD)).ok()?;
    black_box(edit::reseal(&sealed, &mut again)).ok()?;
    Some((changed, same))
}

/// The pieces of a text between its commas. They are a set of one: the standard library's searcher for a
/// single character keeps a bounds check in the program.
fn between_commas(text: &str) -> impl Iterator<Item = &str> {
    text.split([','])
}

/// Counts what is printed.
struct Count(usize);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.wrapping_add(black_box(text).len());
        Ok(())
    }
}

/// Prints the tree, the masked line and every finding, or the error; and why nothing can be built out of
/// nothing. Gives the number of bytes printed.
pub fn print(bytes: &[u8]) -> usize {
    let mut out = Count(0);
    match Payload::from_bytes(bytes) {
        Ok(payload) => {
            _ = write!(out, "{}{}", display::tree(&payload, &Profile::QRIS), display::Masked(&payload));
            for finding in check::findings(&payload, &Profile::QRIS) {
                _ = write!(out, "{} {} {finding}", finding.path(), finding.code());
            }
        }
        Err(error) => _ = write!(out, "{error}"),
    }
    if let Err(error) = build("", &mut [0; 1024]) {
        _ = write!(out, "{error}");
    }
    out.0
}

/// Every job on the sample; `false` when a result is not the one it should be.
pub fn run() -> bool {
    let mut sample: Buffer = [0; 1024];
    let Some(bytes) = seal_sample(&mut sample).and_then(|end| sample.get(..end)) else { return false };
    let bytes = black_box(bytes);
    let mut buffer: Buffer = [0; 1024];
    let built = build(
        black_box(
            "936009140000000001,ID1026000000012,UMI,ID.CO.EXAMPLE.WWW,TESTMID00000001,5812,15000,0.7,\
             WARUNG CONTOH,JAKARTA PUSAT,10110,B1,S1,R1,T1,62/08,POSP",
        ),
        &mut buffer,
    );
    let edited = edit(bytes, black_box("20000,500,INV-2,A02,62/01,BILL,61"), &mut buffer);
    decode(bytes) == Some(30)
        && decode(bytes.get(1..).unwrap_or_default()).is_none()
        && check(bytes).is_some()
        && view(bytes) == Some(1_600_000)
        && values(black_box("1000")) > 0
        && print(bytes) > 1000
        && print(black_box(SAMPLE.as_bytes())) > 50
        && built.is_ok()
        && edited == Some((6, true))
        && decode_only(core::str::from_utf8(bytes).unwrap_or_default()) == Some(16)
        && cpm::run()
}
