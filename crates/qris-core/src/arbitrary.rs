//! `arbitrary::Arbitrary` for values and payloads, for fuzzing code that takes them (feature `arbitrary`).
//!
//! Every value made here is one the library accepts; for hostile bytes fuzz with bytes.

use std::string::String;
use std::vec;

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::builder::{AccountValues, Builder};
use crate::id::{Id, Path};
use crate::unit::LengthUnit;
use crate::value::{
    Amount, Country, Criteria, Currency, Initiation, Mcc, Mpan, Nmid, Percentage, Purpose, Tip, luhn_digit,
};
use crate::wire::SealedBuf;

/// `length` characters out of `alphabet`.
fn text(u: &mut Unstructured<'_>, alphabet: &[char], length: usize) -> Result<String> {
    (0..length).map(|_| u.choose(alphabet).copied()).collect()
}

fn digits(u: &mut Unstructured<'_>, length: usize) -> Result<String> {
    text(u, &['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], length)
}

/// A text that was made to parse; bytes that ran out give digits `0`, which parse as well.
fn parsed<T: core::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| arbitrary::Error::IncorrectFormat)
}

impl<'a> Arbitrary<'a> for Id {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Id> {
        u.int_in_range(0..=99).map(Id::known)
    }
}

impl<'a> Arbitrary<'a> for Path {
    /// One to three IDs.
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Path> {
        let depth = u.int_in_range(1..=Path::MAX_DEPTH)?;
        (0..depth).try_fold(Path::PAYLOAD, |path, _| Ok(path.join(u.arbitrary()?)))
    }
}

impl<'a> Arbitrary<'a> for Amount {
    /// Of rupiah, in every way of writing.
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Amount> {
        let minor = u.int_in_range(1..=999_999_999_999u64)?;
        let (whole, part) = (minor / 100, minor % 100);
        let written = match u.int_in_range(0..=2)? {
            0 => std::format!("{whole}.{part:02}"),
            1 => std::format!("{}", whole.max(1)),
            _ => std::format!("{}.", whole.max(1)),
        };
        parsed(&written)
    }
}

impl<'a> Arbitrary<'a> for Percentage {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Percentage> {
        Percentage::from_hundredths(u.int_in_range(1..=9999)?).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Tip {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Tip> {
        Ok(match u.int_in_range(0..=2)? {
            0 => Tip::Prompt,
            1 => Tip::Fixed(u.arbitrary()?),
            _ => Tip::Percentage(u.arbitrary()?),
        })
    }
}

impl<'a> Arbitrary<'a> for Mpan {
    /// 15 to 19 digits that begin 9360; of 19 the last is the check digit.
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Mpan> {
        let length = u.int_in_range(15..=19)?;
        let mut written = std::format!("9360{}", digits(u, length.min(18) - 4)?);
        if length == 19 {
            written.push(luhn_digit(&written).map_or('0', char::from));
        }
        parsed(&written)
    }
}

impl<'a> Arbitrary<'a> for Nmid {
    /// With a right check digit.
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Nmid> {
        let body = digits(u, 12)?;
        parsed(&std::format!("ID{body}{}", luhn_digit(&body).map_or('0', char::from)))
    }
}

impl<'a> Arbitrary<'a> for Criteria {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Criteria> {
        parsed(u.choose(Criteria::KNOWN)?.0)
    }
}

impl<'a> Arbitrary<'a> for Mcc {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Mcc> {
        parsed(&digits(u, 4)?)
    }
}

impl<'a> Arbitrary<'a> for Currency {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Currency> {
        parsed(&digits(u, 3)?)
    }
}

impl<'a> Arbitrary<'a> for Country {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Country> {
        parsed(&text(u, &['A', 'B', 'D', 'G', 'H', 'I', 'K', 'M', 'S', 'T'], 2)?)
    }
}

impl<'a> Arbitrary<'a> for Initiation {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Initiation> {
        u.choose(&[Initiation::Static, Initiation::Dynamic]).copied()
    }
}

impl<'a> Arbitrary<'a> for Purpose {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Purpose> {
        u.choose(Purpose::ALL).copied()
    }
}

impl<'a> Arbitrary<'a> for LengthUnit {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<LengthUnit> {
        u.choose(LengthUnit::ALL).copied()
    }
}

impl<'a> Arbitrary<'a> for SealedBuf {
    /// A payload that conforms to [`crate::Profile::QRIS`].
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<SealedBuf> {
        let letters: &[char] = &['A', 'B', 'c', 'd', '1', '2', ' ', '-', '&', '.'];
        let name = {
            let n = u.int_in_range(1..=25)?;
            text(u, letters, n)?
        };
        let city = {
            let n = u.int_in_range(1..=15)?;
            text(u, letters, n)?
        };
        let merchant = {
            let n = u.int_in_range(1..=15)?;
            text(u, letters, n)?
        };
        let label = {
            let n = u.int_in_range(1..=25)?;
            text(u, letters, n)?
        };
        let postal_code = digits(u, 5)?;
        let mut builder = Builder::rupiah();
        let account = AccountValues::new("ID.CO.EXAMPLE.WWW", u.arbitrary()?, &merchant, u.arbitrary()?);
        builder
            .account(Id::MERCHANT_ACCOUNT, &account)
            .national(u.arbitrary()?, u.arbitrary()?)
            .mcc(u.arbitrary()?);
        builder.merchant_name(&name).merchant_city(&city).postal_code(&postal_code);
        if u.arbitrary()? {
            builder.amount(u.arbitrary()?);
        }
        if u.arbitrary()? {
            builder.tip(u.arbitrary()?);
        }
        if u.arbitrary()? {
            builder.terminal_label(&label);
        }
        if u.arbitrary()? {
            builder.reference_label(&label);
        }
        let mut buffer = vec![0; 1024];
        let written = builder.write_to(&mut buffer).map_err(|_| arbitrary::Error::IncorrectFormat)?;
        SealedBuf::parse(written).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Profile;

    #[test]
    fn what_is_made_conforms() {
        let mut made = 0;
        let mut state = 1u64;
        for _ in 0..500 {
            let mut bytes = [0u8; 512];
            for byte in &mut bytes {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *byte = (state >> 56) as u8;
            }
            let mut u = Unstructured::new(&bytes);
            let sealed = SealedBuf::arbitrary(&mut u).expect("512 bytes are enough");
            let first = crate::check::first_error(&sealed.as_sealed(), &Profile::QRIS);
            assert!(first.is_none(), "{} {first:?}", sealed.as_str());
            made += 1;
            let mut u = Unstructured::new(&bytes);
            assert!(Nmid::arbitrary(&mut u).is_ok_and(|nmid| nmid.luhn_holds()));
            assert!(Mpan::arbitrary(&mut u).is_ok_and(|mpan| mpan.luhn_holds() != Some(false)));
            let path = Path::arbitrary(&mut u).unwrap();
            assert_eq!(std::format!("{path}").parse(), Ok(path));
            let said = std::format!(
                "{} {} {} {} {}",
                Currency::arbitrary(&mut u).unwrap(),
                Country::arbitrary(&mut u).unwrap(),
                Initiation::arbitrary(&mut u).unwrap(),
                Purpose::arbitrary(&mut u).unwrap().as_str(),
                LengthUnit::arbitrary(&mut u).unwrap(),
            );
            let words: vec::Vec<&str> = said.split(' ').collect();
            assert!(words[0].parse::<Currency>().is_ok() && words[1].parse::<Country>().is_ok(), "{said}");
            assert!(words[2].parse::<Initiation>().is_ok() && words[3].parse::<Purpose>().is_ok(), "{said}");
            assert!(words[4].parse::<LengthUnit>().is_ok(), "{said}");
        }
        assert_eq!(made, 500);
    }
}
