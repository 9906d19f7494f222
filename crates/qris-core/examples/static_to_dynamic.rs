//! Turn a static code into a dynamic one and show what changed:
//! `cargo run -p qris-core --example static_to_dynamic`.

use qris_core::edit::changes;
use qris_core::{Edit, Profile, Sealed};

const STATIC: &str = "00020101021126690017ID.CO.EXAMPLE.WWW01189360091400000000010215TESTMID000000010303UMI\
    51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581253033605802ID5913WARUNG CONTOH6013JAKARTA PUSAT\
    61051011062070703A0163046D40";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A payload with a wrong CRC stops here: editing it would seal whatever went wrong.
    let source = Sealed::parse(STATIC)?;
    let mut edit = Edit::new();
    edit.amount("15000".parse()?).reference_label("INV-2026-0001");
    let mut buffer = [0; 512];
    // What the edit names is judged by the letter of QRIS, what it leaves alone as codes in circulation are: a
    // reference of more than 25 characters or an amount over the limit stops here.
    let dynamic = edit.build(&source, &mut buffer, &Profile::WILD)?;
    for change in changes(&source, &dynamic) {
        println!("{}: {:?} -> {:?}", change.path, change.before, change.after);
    }
    println!("{}", dynamic.as_str());
    Ok(())
}
