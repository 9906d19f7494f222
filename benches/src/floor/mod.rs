//! The floor: each job written by hand for this one purpose, as fast as safe code gets here.
//!
//! No types, no error reasons, no findings, ASCII taken for granted: what is left is the work itself.

mod crc;
mod edit;
mod scan;
mod write;

pub use crc::checksum;
pub use edit::edit;
pub use scan::{Tape, decode, scan};
pub use write::build;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{corpus, finpay};

    #[test]
    fn floors_do_the_whole_job() {
        let mut tape = Tape::new();
        let mut buffer = [0; 512];
        for case in finpay().iter().chain(&corpus()) {
            let text = case.text.as_bytes();
            assert!(scan(text, &mut tape) && decode(text, &mut tape), "{}", case.text);
            let ids: Vec<u8> = case.qris.objects().map(|object| object.id().number()).collect();
            assert!(tape.entries().map(|(id, ..)| id).eq(ids));
            for (_, start, end) in tape.entries() {
                assert!(case.text.get(start..end).is_some());
            }
            assert_eq!(build(case.values, &mut buffer), case.text.as_bytes());
            let edited = edit(case.source.as_bytes(), case.new_amount.as_str().as_bytes(), &mut buffer);
            assert_eq!(edited, Some(case.edited.as_bytes()), "{}", case.source);
        }
    }

    #[test]
    fn floors_refuse_what_is_no_payload() {
        let mut tape = Tape::new();
        let good = finpay()[0].text;
        for end in 0..good.len() {
            assert!(!scan(&good.as_bytes()[..end], &mut tape), "{end}");
        }
        for (from, to) in
            [("5303360", "5203360"), ("520458", "52+458"), ("90FF", "90FE"), ("0013ID", "0099ID")]
        {
            let bad = good.replace(from, to);
            assert_ne!(bad, good);
            assert!(!decode(bad.as_bytes(), &mut tape), "{to}");
        }
    }

    #[test]
    fn checksum_is_right_at_every_length() {
        let bytes: Vec<u8> = (0..600u32).map(|n| (n * 7 + n / 3) as u8).collect();
        let plain = ::crc::Crc::<u16>::new(&::crc::CRC_16_IBM_3740);
        for end in 0..bytes.len() {
            assert_eq!(checksum(&bytes[..end]), plain.checksum(&bytes[..end]), "{end}");
        }
    }
}
