//! `arbitrary::Arbitrary` for codes, for fuzzing code that takes them. For hostile bytes fuzz with bytes.

use arbitrary::{Arbitrary, Result, Unstructured};
use qris_core::value::luhn_digit;

use crate::builder::Builder;
use crate::qris::QrisCpm;
use crate::schema::Profile;

impl<'a> Arbitrary<'a> for QrisCpm {
    /// With a PAN of 9360 and a right check digit, and with optional objects or without.
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<QrisCpm> {
        let bad = arbitrary::Error::IncorrectFormat;
        let mut pan = *b"9360000000000000000";
        for place in pan.iter_mut().take(18).skip(4) {
            *place = u.int_in_range(b'0'..=b'9')?;
        }
        let body = core::str::from_utf8(&pan).ok().and_then(|pan| pan.get(..18)).ok_or(bad)?;
        let digit = luhn_digit(body).ok_or(bad)?;
        pan.iter_mut().skip(18).for_each(|place| *place = digit);
        let pan = core::str::from_utf8(&pan).map_err(|_| bad)?;
        let mut data = [0; 64];
        let length = u.int_in_range(8..=data.len())?;
        let data = data.get_mut(..length).ok_or(bad)?;
        u.fill_buffer(data)?;
        let mut name = [b' '; 26];
        let length = u.int_in_range(2..=name.len())?;
        for place in name.iter_mut().take(length) {
            *place = u.int_in_range(0x20..=0x7E)?;
        }
        let name = core::str::from_utf8(&name).ok().and_then(|name| name.get(..length)).ok_or(bad)?;
        let mut builder = Builder::qris();
        builder.pan(pan).issuer_data(data);
        if u.arbitrary()? {
            builder.holder_name(name);
        }
        if u.arbitrary()? {
            builder.language(u.choose(&["id", "en", "iden", "enid"])?);
        }
        if u.arbitrary()? {
            builder.version(u.arbitrary()?);
        }
        let code = builder.build(Profile::Qris).map_err(|_| bad)?;
        QrisCpm::from_payload(code).map_err(|_| bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_conforms() {
        let mut state = 1u64;
        for _ in 0..500 {
            let mut bytes = [0u8; 256];
            for byte in &mut bytes {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *byte = (state >> 56) as u8;
            }
            let code = QrisCpm::arbitrary(&mut Unstructured::new(&bytes)).expect("256 bytes are enough");
            assert!(code.pan().luhn_holds() == Some(true) && code.pan().nns().is_some());
            assert!((8..=64).contains(&code.issuer_data().len()));
        }
    }
}
