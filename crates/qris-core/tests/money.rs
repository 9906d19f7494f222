//! One payload has one currency.

use qris_core::value::Why;
use qris_core::{Amount, Builder, Currency, Edit, Path, Profile, Qris, Sealed, Tip, WriteError, check, edit};

fn currency(number: &str) -> Currency {
    number.parse().unwrap()
}

/// A payload in a currency, with an amount and what a fee is made of.
fn payload(number: &str, amount: &str, fee: &[(&[u8], &str)]) -> String {
    let mut builder = Builder::new();
    builder.mcc("5812".parse().unwrap()).merchant_name("A").merchant_city("B").postal_code("1");
    builder.set(Path::of(&[58]), "SG").set(Path::of(&[53]), number).set(Path::of(&[54]), amount);
    builder.set(Path::of(&[26, 0]), "ID.CO.EXAMPLE");
    for (path, value) in fee {
        builder.set(Path::of(path), *value);
    }
    builder.write_to(&mut [0; 512]).unwrap().to_owned()
}

fn total(number: &str, amount: &str, fee: &[(&[u8], &str)]) -> String {
    let text = payload(number, amount, fee);
    Qris::decode(&text).unwrap().total().unwrap().unwrap().to_string()
}

#[test]
fn amount_and_fee_of_an_unknown_currency_are_of_one() {
    let fixed: &[(&[u8], &str)] = &[(&[55], "02"), (&[56], "50")];
    assert_eq!(total("999", "1000.00", fixed), "1050");
    assert_eq!(total("999", "1000", &[(&[55], "02"), (&[56], "50.00")]), "1050");
    let share: &[(&[u8], &str)] = &[(&[55], "03"), (&[57], "0.7")];
    for amount in ["150", "150.", "150.0", "150.00", "150.000", "150.0000"] {
        assert_eq!(total("999", amount, share), "151.0500", "{amount}");
    }
    let text = payload("999", "1000.00", fixed);
    let qris = Qris::decode(&text).unwrap();
    assert_eq!(
        qris.amount().map(|amount| (amount.currency(), amount.exponent())),
        Some((currency("999"), 4))
    );
}

#[test]
fn superfluous_zeros_have_a_grade_of_their_own() {
    for profile in Profile::ALL {
        let found = |number, amount| {
            let text = payload(number, amount, &[]);
            let payload = qris_core::Payload::parse(&text).unwrap();
            let about_54 = |finding: &qris_core::Finding| finding.path() == Path::of(&[54]);
            let found = check::findings(&payload, profile).find(about_54);
            found.map(|finding| format!("{}[{}]", finding.severity(), finding.code()))
        };
        assert_eq!(found("392", "500"), None);
        assert_eq!(found("392", "500.00").as_deref(), Some("warning[amount-decimals]"), "{}", profile.name);
        assert_eq!(found("392", "500.50").as_deref(), Some("error[bad-amount]"));
        assert_eq!(found("360", "1.000").as_deref(), Some("error[bad-amount]"), "a thousand, not one");
    }
    assert_eq!(Amount::parse("500.00", currency("392")).map(|amount| amount.minor()), Ok(500));
    let refused = Amount::parse("500.50", currency("392")).unwrap_err();
    assert_eq!(refused.why, Why::TooManyDecimals { found: 2, allowed: 0 });
}

#[test]
fn an_amount_of_another_currency_is_not_written() {
    let (idr, yen) = (Currency::IDR, currency("392"));
    let rupiah = Amount::from_minor(100_000, idr).unwrap();
    let wrong = |path: &[u8]| WriteError::WrongCurrency { path: Path::of(path), given: idr, payload: yen };
    let buffer = &mut [0; 512];

    let mut before = Builder::new();
    before.currency(yen).amount(rupiah);
    let mut after = Builder::new();
    after.amount(rupiah).set(Path::of(&[53]), "392");
    let mut by_path = Builder::new();
    by_path.set(Path::of(&[54]), rupiah).currency(yen);
    for builder in [&mut before, &mut after, &mut by_path] {
        assert_eq!(builder.write_to(buffer), Err(wrong(&[54])));
        assert_eq!(builder.encoded_len(), Err(wrong(&[54])));
        builder.amount(Amount::from_minor(1000, yen).unwrap());
        assert!(builder.write_to(buffer).unwrap().contains("54041000"));
        builder.tip(Tip::Fixed(rupiah));
        assert_eq!(builder.write_to(buffer), Err(wrong(&[56])));
        builder.tip(Tip::Prompt);
        assert!(builder.write_to(buffer).is_ok(), "the fee of an earlier call is gone");
        builder.set(Path::of(&[54]), "500");
        assert!(builder.write_to(buffer).is_ok(), "a text is of no currency");
    }
    assert!(wrong(&[54]).to_string().starts_with("54 cannot be set: the amount is in currency 360, but"));

    let source = payload("392", "1", &[]);
    let sealed = Sealed::parse(&source).unwrap();
    let mut edit = Edit::new();
    edit.amount(rupiah);
    assert_eq!(edit.write_to(&sealed, buffer), Err(wrong(&[54])));
    edit.set(Path::of(&[53]), idr);
    assert!(edit.write_to(&sealed, buffer).is_ok(), "the edit makes it a payload in rupiah");
    edit.remove(Path::of(&[53]));
    edit.set(Path::of(&[54]), "2");
    assert!(edit.write_to(&sealed, buffer).is_ok());
    let mut fee = Edit::new();
    fee.tip(Tip::Fixed(rupiah));
    assert_eq!(fee.write_to(&sealed, buffer), Err(wrong(&[56])));
    fee.make_static();
    assert!(fee.write_to(&sealed, buffer).is_ok(), "the fee is removed again");
    assert_eq!(edit::changes(&sealed, &sealed).count(), 0);
}

#[test]
fn without_a_currency_amount_and_fee_are_of_one() {
    let (rupiah, yen) =
        (Amount::from_minor(100_000, Currency::IDR).unwrap(), Amount::parse("500", currency("392")).unwrap());
    let mut builder = Builder::new();
    builder.amount(yen).tip(Tip::Fixed(rupiah));
    let wrong =
        WriteError::WrongCurrency { path: Path::of(&[56]), given: Currency::IDR, payload: currency("392") };
    assert_eq!(builder.to_string(), Err(wrong));
    let source = payload("360", "1", &[]);
    let sealed = Sealed::parse(&source).unwrap();
    let mut edit = Edit::new();
    edit.remove(Path::of(&[53])).set(Path::of(&[54]), yen);
    assert!(edit.to_string(&sealed).is_ok(), "the currency it had is gone");
    edit.tip(Tip::Fixed(rupiah));
    assert_eq!(edit.to_string(&sealed), Err(wrong));
    let mut edit = Edit::new();
    edit.set(Path::of(&[53]), "???").set(Path::of(&[54]), yen);
    assert!(edit.to_string(&sealed).is_ok(), "what replaces it names no currency");
}

#[test]
fn minor_units_are_written_as_long_as_they_fit() {
    let written =
        |minor, number| Amount::from_minor(minor, currency(number)).map(|amount| amount.to_string());
    assert_eq!(written(1_234_567_890_150, "360").as_deref(), Ok("12345678901.5"));
    assert_eq!(
        written(1_234_567_890_155, "360").map_err(|error| error.why),
        Err(Why::TooLong { length: 14 })
    );
    assert_eq!(written(1_234_567_905_000, "999").as_deref(), Ok("123456790.500"));
    assert_eq!(written(1_500_050, "360").as_deref(), Ok("15000.50"), "two decimals where they fit");
    let tip = Tip::Fixed("1".parse().unwrap());
    assert_eq!(tip.total(&"12345678901.5".parse().unwrap()), Ok(Some("12345678902.5".parse().unwrap())));
}

#[test]
fn an_initiation_set_by_path_stays() {
    let amount: Amount = "1000".parse().unwrap();
    for set in [true, false] {
        let mut builder = Builder::rupiah();
        if set {
            builder.set(Path::of(&[1]), "11").amount(amount);
        } else {
            builder.amount(amount).set(Path::of(&[1]), "11");
        }
        assert!(builder.to_string().unwrap().starts_with("000201010211"), "{set}");
    }
    assert!(Builder::rupiah().amount(amount).to_string().unwrap().starts_with("000201010212"));
}
