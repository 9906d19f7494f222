//! The command `qris`; everything is in the library of this package.

fn main() -> std::process::ExitCode {
    qris_cli::run()
}
