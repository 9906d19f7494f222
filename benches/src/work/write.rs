//! Writing: a payload from values, and a static one made dynamic.

use std::hint::black_box;

use qris_core::{Builder, Edit};

use super::{Variant, each, read};
use crate::{Case, floor, peers};

/// The works of this module.
pub const VARIANTS: &[Variant] = &[
    each("build", "ours", build),
    each("build", "floor", build_by_hand),
    each("build", "promptparse", peers::promptparse_build),
    each("fill-and-build", "ours", fill_and_build),
    each("fill-and-build", "promptparse", peers::promptparse_fill_and_build),
    each("edit", "ours", edit),
    each("edit", "floor", edit_by_hand),
    #[cfg(feature = "qris-gen")]
    each("edit", "qris-gen", peers::qris_gen_edit),
];

/// The writer alone: the builder holds the values, as the struct does that the floor starts from.
fn build(case: &Case) -> usize {
    let mut buffer = [0; 512];
    black_box(case.builder.write_to(&mut buffer)).map_or(0, str::len)
}

/// The setters too, from values that are already the crate's types.
fn fill_and_build(case: &Case) -> usize {
    let mut buffer = [0; 512];
    let mut builder = Builder::rupiah();
    case.fill(&mut builder);
    black_box(builder.write_to(&mut buffer)).map_or(0, str::len)
}

fn build_by_hand(case: &Case) -> usize {
    let mut buffer = [0; 512];
    black_box(floor::build(case.values, &mut buffer)).len()
}

/// The source read and its CRC compared, 01 and 54 set, the new payload sealed.
fn edit(case: &Case) -> usize {
    let mut buffer = [0; 512];
    edit_into(case, &mut buffer).len()
}

fn edit_into<'b>(case: &Case, buffer: &'b mut [u8]) -> &'b str {
    let Ok(source) = read::sealed(case.source) else { return "" };
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
            assert_eq!(case.builder.write_to(&mut buffer), Ok(case.text));
            assert_eq!(edit_into(case, &mut buffer), case.edited);
            assert_eq!(peers::promptparse_text(&peers::promptparse_tags(case.values)), case.text);
            #[cfg(feature = "qris-gen")]
            assert!(peers::qris_gen_text(case).is_some_and(|text| text.len() >= case.source.len()));
        }
    }
}
