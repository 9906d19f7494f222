//! The inputs: one published payload, and a corpus that no branch predictor learns by heart.

use promptparse::TlvTag;
use qris_core::{AccountValues, Amount, Builder, Criteria, Id, Mcc, Mpan, Nmid, Path, Percentage, Qris, Tip};
use qris_render::{Level, Options, Symbol};

/// The sample of the Finpay document: dynamic, a fixed fee, 227 bytes.
pub const FINPAY: &str = "00020101021226620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE\
    51410014ID.CO.QRIS.WWW0212ID12345678910303UKE52045814530336054041000550202560250\
    5802ID5909Test Sogi6015JAKARTA SELATAN61051271062100706finnet630490FF";

/// Payloads in the corpus.
pub const CORPUS: usize = 1024;

/// What a payload says, as text: what the writers start from.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// The accounts at 26, 27 and so on.
    pub accounts: Vec<Account>,
    /// The national merchant ID and the criteria (51-02 and 51-03).
    pub national: Option<(String, String)>,
    /// The merchant category code (52).
    pub mcc: String,
    /// The transaction amount (54).
    pub amount: Option<String>,
    /// The tip or convenience fee (55, and 56 or 57).
    pub fee: Option<Fee>,
    /// The merchant name (59).
    pub name: String,
    /// The merchant city (60).
    pub city: String,
    /// The postal code (61).
    pub postal_code: Option<String>,
    /// The bill number (62-01).
    pub bill: Option<String>,
    /// The reference label (62-05).
    pub reference: Option<String>,
    /// The terminal label (62-07).
    pub terminal: Option<String>,
}

/// A merchant account.
#[derive(Clone, Debug)]
pub struct Account {
    /// The globally unique identifier (26-00).
    pub guid: String,
    /// The merchant PAN (26-01).
    pub pan: String,
    /// The acquirer's number of the merchant (26-02).
    pub merchant_id: String,
    /// The merchant criteria (26-03).
    pub criteria: String,
}

/// A tip or convenience fee.
#[derive(Clone, Debug)]
pub enum Fee {
    /// The payer enters it.
    Prompt,
    /// A fixed fee (56).
    Fixed(String),
    /// A fee in percent (57).
    Percentage(String),
}

/// The same values as the crate's types, made before anything is measured.
#[derive(Clone, Debug)]
pub struct Typed {
    /// PAN and criteria of each account.
    pub accounts: Vec<(Mpan, Criteria)>,
    /// The national merchant ID (51-02); `None` also when it has not the shape of an NMID.
    pub nmid: Option<Nmid>,
    /// The merchant criteria in the national repository (51-03).
    pub national_criteria: Option<Criteria>,
    /// The merchant category code (52).
    pub mcc: Mcc,
    /// The transaction amount (54).
    pub amount: Option<Amount>,
    /// The tip or convenience fee (55, and 56 or 57).
    pub tip: Option<Tip>,
}

/// One input with everything the works need, so that nothing of it is made while measuring.
#[derive(Debug)]
pub struct Case {
    /// The payload.
    pub text: &'static str,
    /// The payload decoded.
    pub qris: Qris<'static>,
    /// The same merchant's static payload: the source of the edit.
    pub source: &'static str,
    /// The source with 01 = 12 and [`Case::new_amount`]: what the edit must give.
    pub edited: String,
    /// The amount the edit sets.
    pub new_amount: Amount,
    /// What the payload says.
    pub values: &'static Values,
    /// What the payload says, as types.
    pub typed: Typed,
    /// What the payload says, in a builder.
    pub builder: Builder<'static>,
    /// What the payload says, in the tags of `promptparse`.
    pub tags: Vec<TlvTag>,
    /// The version of its symbol at level M in byte mode, for a peer that must be told.
    pub version_m: i16,
    /// The same at level H.
    pub version_h: i16,
}

impl Case {
    fn new(values: Values) -> Case {
        let text: &'static str = plain_text(&values).leak();
        let unpaid = Values { amount: None, fee: None, ..values.clone() };
        let amount = values.amount.clone().unwrap_or_else(|| "15000".into());
        let edited = plain_text(&Values { amount: Some(amount.clone()), ..unpaid.clone() });
        let qris = Qris::decode(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let typed = Typed {
            accounts: values.accounts.iter().map(|a| (parsed(&a.pan), parsed(&a.criteria))).collect(),
            nmid: values.national.as_ref().and_then(|(nmid, _)| nmid.parse().ok()),
            national_criteria: values.national.as_ref().map(|(_, criteria)| parsed(criteria)),
            mcc: parsed(&values.mcc),
            amount: values.amount.as_deref().map(parsed),
            tip: values.fee.as_ref().map(|fee| match fee {
                Fee::Prompt => Tip::Prompt,
                Fee::Fixed(fee) => Tip::Fixed(parsed(fee)),
                Fee::Percentage(share) => Tip::Percentage(parsed::<Percentage>(share)),
            }),
        };
        let source = plain_text(&unpaid).leak();
        let (new_amount, builder) = (parsed(&amount), Builder::rupiah());
        let values: &'static Values = Box::leak(Box::new(values));
        let tags = crate::peers::promptparse_tags(values);
        let version = |level| {
            let symbol = Symbol::new(&qris, Options { level, ..Options::default() });
            symbol.map_or(0, |symbol| i16::from(symbol.version()))
        };
        let (version_m, version_h) = (version(Level::M), version(Level::H));
        let mut case = Case {
            text,
            qris,
            source,
            edited,
            new_amount,
            values,
            typed,
            builder,
            tags,
            version_m,
            version_h,
        };
        let mut builder = case.builder.clone();
        case.fill(&mut builder);
        case.builder = builder;
        case
    }

    /// Puts everything the payload says into a builder for rupiah.
    #[inline]
    pub fn fill(&self, builder: &mut Builder<'static>) {
        let (values, typed) = (self.values, &self.typed);
        for (place, (account, (mpan, criteria))) in values.accounts.iter().zip(&typed.accounts).enumerate() {
            let account = AccountValues::new(&account.guid, *mpan, &account.merchant_id, *criteria);
            builder.account(Id::of(26 + place as u8), &account);
        }
        match (typed.nmid, typed.national_criteria, &values.national) {
            (Some(nmid), Some(criteria), _) => {
                builder.national(nmid, criteria);
            }
            // The published sample has a shorter number here.
            (_, _, Some((nmid, criteria))) => {
                const GUID: Path = Path::of(&[51, 0]);
                const NMID: Path = Path::of(&[51, 2]);
                const CRITERIA: Path = Path::of(&[51, 3]);
                builder.set(GUID, "ID.CO.QRIS.WWW");
                builder.set(NMID, nmid.as_str());
                builder.set(CRITERIA, criteria.as_str());
            }
            _ => {}
        }
        builder.mcc(typed.mcc).merchant_name(&values.name).merchant_city(&values.city);
        typed.amount.map(|amount| builder.amount(amount));
        typed.tip.map(|tip| builder.tip(tip));
        values.postal_code.as_ref().map(|code| builder.postal_code(code));
        values.bill.as_ref().map(|label| builder.bill_number(label));
        values.reference.as_ref().map(|label| builder.reference_label(label));
        values.terminal.as_ref().map(|label| builder.terminal_label(label));
    }
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The published payload alone.
pub fn finpay() -> Vec<Case> {
    let case = Case::new(Values {
        accounts: vec![Account {
            guid: "ID.FINPAY.WWW".into(),
            pan: "936007773200716001".into(),
            merchant_id: "FM2007160001".into(),
            criteria: "UKE".into(),
        }],
        national: Some(("ID1234567891".into(), "UKE".into())),
        mcc: "5814".into(),
        amount: Some("1000".into()),
        fee: Some(Fee::Fixed("50".into())),
        name: "Test Sogi".into(),
        city: "JAKARTA SELATAN".into(),
        postal_code: Some("12710".into()),
        terminal: Some("finnet".into()),
        ..Values::default()
    });
    assert_eq!(case.text, FINPAY);
    vec![case]
}

/// [`CORPUS`] payloads, the first of [`varied`].
pub fn corpus() -> Vec<Case> {
    varied().take(CORPUS).map(Case::new).collect()
}

/// Payloads of 100 to 400 bytes, all different, all conforming, always the same ones, without end.
pub fn varied() -> impl Iterator<Item = Values> {
    let mut random = Random(0x5EED);
    std::iter::repeat_with(move || random.values())
        .filter(|values| (100..=400).contains(&plain_text(values).len()))
}

/// Payloads by a name: one by one, and as a file.
#[derive(Debug)]
pub struct Input {
    /// `finpay` or `corpus`.
    pub name: &'static str,
    /// The payloads.
    pub cases: Vec<Case>,
    /// [`CORPUS`] lines: the payloads, over again if there are fewer.
    pub file: Vec<u8>,
}

impl Input {
    /// The published payload.
    pub fn finpay() -> Input {
        Input::new("finpay", finpay())
    }

    /// The corpus.
    pub fn corpus() -> Input {
        Input::new("corpus", corpus())
    }

    /// Both.
    pub fn all() -> [Input; 2] {
        [Input::finpay(), Input::corpus()]
    }

    /// Lines of the file.
    pub fn lines(&self) -> usize {
        CORPUS
    }

    fn new(name: &'static str, cases: Vec<Case>) -> Input {
        let lines = cases.iter().cycle().take(CORPUS).flat_map(|case| case.text.bytes().chain([b'\n']));
        let file = lines.collect();
        Input { name, cases, file }
    }
}

/// The payload of these values, written in the plainest way there is: the judge of all other writers.
pub fn plain_text(values: &Values) -> String {
    let object = |id: u8, value: &str| format!("{id:02}{:02}{value}", value.len());
    let mut text = object(0, "01") + &object(1, if values.amount.is_some() { "12" } else { "11" });
    for (place, account) in values.accounts.iter().enumerate() {
        let inside = object(0, &account.guid)
            + &object(1, &account.pan)
            + &object(2, &account.merchant_id)
            + &object(3, &account.criteria);
        text += &object(26 + place as u8, &inside);
    }
    if let Some((nmid, criteria)) = &values.national {
        text += &object(51, &(object(0, "ID.CO.QRIS.WWW") + &object(2, nmid) + &object(3, criteria)));
    }
    text += &object(52, &values.mcc);
    text += &object(53, "360");
    if let Some(amount) = &values.amount {
        text += &object(54, amount);
    }
    text += &match &values.fee {
        None => String::new(),
        Some(Fee::Prompt) => object(55, "01"),
        Some(Fee::Fixed(fee)) => object(55, "02") + &object(56, fee),
        Some(Fee::Percentage(share)) => object(55, "03") + &object(57, share),
    };
    text += &object(58, "ID");
    text += &object(59, &values.name);
    text += &object(60, &values.city);
    if let Some(code) = &values.postal_code {
        text += &object(61, code);
    }
    let labels = [(1, &values.bill), (5, &values.reference), (7, &values.terminal)];
    let additional: String =
        labels.iter().filter_map(|(id, label)| label.as_ref().map(|label| object(*id, label))).collect();
    if !additional.is_empty() {
        text += &object(62, &additional);
    }
    sealed(text)
}

/// A text with 63 put behind it.
pub fn sealed(mut text: String) -> String {
    text += "6304";
    let crc = crc::Crc::<u16>::new(&crc::CRC_16_IBM_3740).checksum(text.as_bytes());
    text += &format!("{crc:04X}");
    text
}

/// SplitMix64: the corpus must not change with a crate's version.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn between(&mut self, low: usize, high: usize) -> usize {
        low + (self.next() % (high - low + 1) as u64) as usize
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    fn text(&mut self, alphabet: &str, low: usize, high: usize) -> String {
        let length = self.between(low, high);
        (0..length).map(|_| char::from(alphabet.as_bytes()[self.between(0, alphabet.len() - 1)])).collect()
    }

    fn maybe<T>(&mut self, percent: u64, value: impl FnOnce(&mut Random) -> T) -> Option<T> {
        self.chance(percent).then(|| value(self))
    }

    fn values(&mut self) -> Values {
        const DIGITS: &str = "0123456789";
        const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const NAME: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz .-";
        const LABEL: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-";
        const CRITERIA: [&str; 5] = ["UMI", "UKE", "UME", "UBE", "URE"];
        let criteria = |r: &mut Random| CRITERIA[r.between(0, CRITERIA.len() - 1)].to_owned();
        let accounts = (0..[1, 1, 1, 1, 2, 2, 3][self.between(0, 6)])
            .map(|_| Account {
                guid: format!("ID.{}.WWW", self.text(UPPER, 2, 20)),
                pan: format!("9360{}", self.text(DIGITS, 12, 14)),
                merchant_id: self.text(LABEL, 4, 15),
                criteria: criteria(self),
            })
            .collect();
        Values {
            accounts,
            national: self.maybe(70, |r| (nmid(&r.text(DIGITS, 12, 12)), criteria(r))),
            mcc: self.text(DIGITS, 4, 4),
            amount: self.maybe(50, |r| {
                let whole = format!("{}{}", r.between(1, 9), r.text(DIGITS, 2, 5));
                if r.chance(20) { whole + ".00" } else { whole }
            }),
            fee: self.maybe(30, |r| match r.between(0, 2) {
                0 => Fee::Prompt,
                1 => Fee::Fixed(format!("{}{}", r.between(1, 9), r.text(DIGITS, 1, 3))),
                _ => Fee::Percentage(format!("{}.{}", r.between(1, 9), r.between(0, 9))),
            }),
            name: format!("{}{}", self.text(UPPER, 1, 1), self.text(NAME, 2, 24)),
            city: self.text(UPPER, 3, 15),
            postal_code: self.maybe(85, |r| r.text(DIGITS, 5, 5)),
            bill: self.maybe(25, |r| r.text(LABEL, 4, 25)),
            reference: self.maybe(40, |r| r.text(LABEL, 4, 25)),
            terminal: self.maybe(60, |r| r.text(LABEL, 3, 16)),
        }
    }
}

/// An NMID of 12 digits and their check digit.
fn nmid(digits: &str) -> String {
    let check = qris_core::value::luhn_digit(digits).map_or('0', char::from);
    format!("ID{digits}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corpus_is_varied_and_always_the_same() {
        let corpus = corpus();
        assert_eq!(corpus.len(), CORPUS);
        let texts: std::collections::BTreeSet<&str> = corpus.iter().map(|case| case.text).collect();
        assert_eq!(texts.len(), CORPUS);
        let bytes: usize = corpus.iter().map(|case| case.text.len()).sum();
        assert_eq!(bytes / CORPUS, 250, "the mean length; it moves when the generator does");
        for id in ["51", "54", "55", "56", "57", "61", "62"] {
            let with = corpus.iter().filter(|c| c.qris.value_of(id.parse().unwrap()).is_some()).count();
            assert!((50..CORPUS - 50).contains(&with), "{id}: {with}");
        }
    }
}
