//! Writes payloads, one a line, all different and all conforming: `lines NUMBER > payloads.txt`.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use benches::cases;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = match &arguments[..] {
        [number] => number.parse::<usize>().ok(),
        _ => None,
    };
    let Some(number) = number else {
        eprintln!("usage: lines NUMBER");
        return ExitCode::from(2);
    };
    match write(number) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
        _ => ExitCode::SUCCESS,
    }
}

fn write(number: usize) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for values in cases::varied().take(number) {
        writeln!(out, "{}", cases::plain_text(&values))?;
    }
    out.flush()
}
