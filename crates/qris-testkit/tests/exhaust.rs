//! Samples of the domains that the example `exhaust` tries whole; those that are small enough are whole here, too.

use qris_testkit::exhaust;

#[test]
fn headers() {
    // Steps that are prime reach every byte in every place.
    assert_eq!(exhaust::headers(0..1 << 32, 4_099), 1_047_809);
    assert_eq!(exhaust::headers_by_naive(65_521), 65_552);
    // Around digits all of them: `60..` to `69..`.
    let digits = u64::from(u32::from_be_bytes(*b"60\0\0"))..u64::from(u32::from_be_bytes(*b"6:\0\0"));
    assert_eq!(exhaust::headers(digits, 3), 655_360 / 3 + 1);
}

#[test]
fn ids_and_lengths() {
    assert_eq!(exhaust::ids(23), 5 * 874);
    assert_eq!(exhaust::lengths(7), 9 * 1_429);
    assert_eq!(exhaust::tails(17), 58_824);
}

#[test]
fn amounts() {
    for characters in 0..=3 {
        let strings = exhaust::amount_strings(characters);
        assert_eq!(exhaust::amounts(characters, 0..strings, 1), strings);
    }
    for characters in 4..=6 {
        let strings = exhaust::amount_strings(characters);
        assert!(exhaust::amounts(characters, 0..strings, 1_021) > 60);
    }
}

#[test]
fn crcs() {
    assert!(exhaust::crcs(13) > 100_000);
}

#[test]
fn cpm_headers() {
    assert_eq!(exhaust::cpm_headers(0..1 << 24, 257), 65_281);
}
