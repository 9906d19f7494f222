//! Writing: a payload from values, and a static one made dynamic.

use std::hint::black_box;

use qris_core::{AccountValues, Builder, Edit, Id, Path, Sealed};

use super::Variant;
use crate::{Case, floor, peers};

/// The works of this module.
pub const VARIANTS: &[Variant] = &[
    Variant { work: "build", variant: "ours", run: build },
    Variant { work: "build", variant: "floor", run: build_by_hand },
    Variant { work: "build", variant: "promptparse", run: peers::promptparse_build },
    Variant { work: "edit", variant: "ours", run: edit },
    Variant { work: "edit", variant: "floor", run: edit_by_hand },
    #[cfg(feature = "qris-gen")]
    Variant { work: "edit", variant: "qris-gen", run: peers::qris_gen_edit },
];

/// The setters and the writer, from values that are already the crate's types.
fn build(case: &Case) -> usize {
    let mut buffer = [0; 512];
    build_into(case, &mut buffer).len()
}

fn build_into<'b>(case: &Case, buffer: &'b mut [u8]) -> &'b str {
    let (values, typed) = (&case.values, &case.typed);
    let mut builder = Builder::rupiah();
    for (place, (account, (mpan, criteria))) in values.accounts.iter().zip(&typed.accounts).enumerate() {
        let account = AccountValues {
            guid: &account.guid,
            mpan: *mpan,
            merchant_id: &account.merchant_id,
            criteria: *criteria,
        };
        builder.account(26 + place as u8, &account);
    }
    match (typed.nmid, typed.national_criteria, &values.national) {
        (Some(nmid), Some(criteria), _) => {
            builder.national(nmid, criteria);
        }
        // The published sample has a shorter number here.
        (_, _, Some((nmid, criteria))) => {
            let at = |id| Path::root(Id::NATIONAL_REPOSITORY).child(id);
            builder.set(at(Id::PAYLOAD_FORMAT_INDICATOR), "ID.CO.QRIS.WWW");
            for (id, value) in [(2, nmid), (3, criteria)] {
                Id::new(id).map(|id| builder.set(at(id), value.as_str()));
            }
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
    black_box(builder.write_to(buffer)).unwrap_or_default()
}

fn build_by_hand(case: &Case) -> usize {
    let mut buffer = [0; 512];
    black_box(floor::build(&case.values, &mut buffer)).len()
}

/// The source read and its CRC compared, 01 and 54 set, the new payload sealed.
fn edit(case: &Case) -> usize {
    let mut buffer = [0; 512];
    edit_into(case, &mut buffer).len()
}

fn edit_into<'b>(case: &Case, buffer: &'b mut [u8]) -> &'b str {
    let Ok(source) = Sealed::parse(case.source) else { return "" };
    let mut edit = Edit::new();
    edit.amount(case.new_amount);
    black_box(edit.write_to(&source, buffer)).unwrap_or_default()
}

fn edit_by_hand(case: &Case) -> usize {
    let mut buffer = [0; 512];
    let amount = case.new_amount.as_str().as_bytes();
    black_box(floor::edit(case.source.as_bytes(), amount, &mut buffer)).map_or(0, <[u8]>::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{corpus, finpay};

    #[test]
    fn writers_agree() {
        let mut buffer = [0; 512];
        for case in finpay().iter().chain(&corpus()) {
            assert_eq!(build_into(case, &mut buffer), case.text);
            assert_eq!(edit_into(case, &mut buffer), case.edited);
            assert_eq!(peers::promptparse_text(&case.values), case.text);
            #[cfg(feature = "qris-gen")]
            assert!(peers::qris_gen_text(case).is_some_and(|text| text.len() >= case.source.len()));
        }
    }
}
