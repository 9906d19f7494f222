//! Just enough DER to say what a key file is before the crypto library reads it, so that a refusal can name the
//! format, the algorithm and the size instead of "invalid".

/// What the outer structure of a DER key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// RSAPrivateKey.
    Pkcs1Private,
    /// PrivateKeyInfo.
    Pkcs8,
    /// EncryptedPrivateKeyInfo.
    EncryptedPkcs8,
    /// RSAPublicKey.
    Pkcs1Public,
    /// SubjectPublicKeyInfo.
    Spki,
}

/// What was found out about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) container: Container,
    /// Bits of the RSA modulus; `None` when the algorithm is another.
    pub(super) modulus_bits: Option<usize>,
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
/// rsaEncryption, 1.2.840.113549.1.1.1.
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// The outline of a DER key, or `None` when it is none of the five.
pub(super) fn outline(der: &[u8]) -> Option<Outline> {
    let (content, rest) = expect(der, SEQUENCE)?;
    if !rest.is_empty() {
        return None;
    }
    let (tag, first, after) = read(content)?;
    match tag {
        // RSAPublicKey is modulus, exponent; the private structures begin with a small version number.
        INTEGER if first.len() > 1 => {
            Some(Outline { container: Container::Pkcs1Public, modulus_bits: bits(first) })
        }
        INTEGER => {
            let (tag, second, after) = read(after)?;
            if tag == INTEGER {
                return Some(Outline { container: Container::Pkcs1Private, modulus_bits: bits(second) });
            }
            let modulus_bits = if is_rsa(second)? {
                let (inner, _) = expect(after, OCTET_STRING)?;
                outline(inner)?.modulus_bits
            } else {
                None
            };
            Some(Outline { container: Container::Pkcs8, modulus_bits })
        }
        SEQUENCE => {
            let rsa = is_rsa(first)?;
            if read(after)?.0 == OCTET_STRING {
                return Some(Outline { container: Container::EncryptedPkcs8, modulus_bits: None });
            }
            let (bit_string, _) = expect(after, BIT_STRING)?;
            let modulus_bits = if rsa { outline(bit_string.get(1..)?)?.modulus_bits } else { None };
            Some(Outline { container: Container::Spki, modulus_bits })
        }
        _ => None,
    }
}

fn is_rsa(algorithm: &[u8]) -> Option<bool> {
    expect(algorithm, OID).map(|(oid, _)| oid == RSA_ENCRYPTION)
}

fn bits(integer: &[u8]) -> Option<usize> {
    let significant = integer.strip_prefix(&[0]).unwrap_or(integer);
    let first = significant.first()?;
    Some(significant.len() * 8 - first.leading_zeros() as usize)
}

fn expect(input: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    read(input).filter(|(tag, ..)| *tag == wanted).map(|(_, content, rest)| (content, rest))
}

/// One element: its tag, its content, what follows. Lengths of up to four bytes; the indefinite one (80) is not DER.
fn read(input: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, input) = input.split_first()?;
    let (&short, input) = input.split_first()?;
    let (length, input) = if short < 0x80 {
        (usize::from(short), input)
    } else {
        let (long, input) =
            input.split_at_checked(usize::from(short & 0x7f)).filter(|(l, _)| (1..=4).contains(&l.len()))?;
        (long.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte)), input)
    };
    let (content, rest) = input.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// One element, of at most 65,535 bytes.
pub(super) fn element(tag: u8, content: &[u8]) -> Option<Vec<u8>> {
    let [high, low] = u16::try_from(content.len()).ok()?.to_be_bytes();
    let head = match (high, low) {
        (0, 0..=0x7f) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    Some([head.as_slice(), content].concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_are_short_or_have_one_to_four_bytes() {
        let content = [7; 200];
        let element = |head: &[u8], length: usize| [head, &content[..length]].concat();
        let length = |bytes: &[u8]| read(bytes).map(|(_, content, rest)| (content.len(), rest.len()));
        assert_eq!(length(&element(&[4, 0], 2)), Some((0, 2)));
        assert_eq!(length(&element(&[4, 0x7f], 128)), Some((127, 1)));
        assert_eq!(length(&element(&[4, 0x81, 0x80], 128)), Some((128, 0)));
        assert_eq!(length(&element(&[4, 0x84, 0, 0, 0, 130], 131)), Some((130, 1)));
        assert_eq!(length(&element(&[4, 0x85, 0, 0, 0, 0, 1], 1)), None);
        assert_eq!(length(&element(&[4, 0x82, 1, 0], 200)), None, "256 bytes are not there");
        // Indefinite: neither empty nor 128 bytes long.
        assert_eq!((length(&element(&[4, 0x80], 0)), length(&element(&[4, 0x80], 128))), (None, None));
    }

    #[test]
    fn bits_are_those_of_the_number() {
        let sizes: [(&[u8], Option<usize>); 6] = [
            (&[], None),
            (&[0], None),
            (&[1], Some(1)),
            (&[0, 0x80], Some(8)),
            (&[0x01, 0x00], Some(9)),
            (&[0, 0xff, 0xff], Some(16)),
        ];
        for (integer, size) in sizes {
            assert_eq!(bits(integer), size, "{integer:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_have_an_outline_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            // What it says of random bytes does not matter; that it ends and stays in bounds does.
            let outline = outline(&bytes);
            prop_assert!(outline.is_none() || bytes.first() == Some(&SEQUENCE));
        }
    }
}
