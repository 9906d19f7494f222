//! Prints `src/generated/*.rs` anew from `data/*.csv`.

#[path = "../tests/support/mod.rs"]
mod support;

fn main() -> std::io::Result<()> {
    for table in &support::TABLES {
        let path = table.rust_path();
        std::fs::write(&path, table.generate())?;
        println!("wrote src/generated/{}.rs", table.name);
    }
    Ok(())
}
