//! Payloads as a part of a larger grammar: a file with one on each line, and lines of a log with one in the middle.
//! `cargo run -p qris-core --features nom --example grammar [FILE]`.

use nom::bytes::complete::{tag, take_until};
use nom::character::complete::{line_ending, not_line_ending};
use nom::combinator::all_consuming;
use nom::multi::many0;
use nom::sequence::{delimited, terminated};
use nom::{IResult, Parser};
use qris_core::{LengthUnit, Payload, grammar};

const SAMPLE: &str = "# payloads, one a line
000201520400005303360540410005802ID5901A6001B26080004ID.A63041858
10:00:01 paid qr=000201520400005303360540410005802ID5901A6001B26080004ID.A63041858 ok
";

/// A line of any kind, with the payload in it.
fn line(input: &str) -> IResult<&str, Option<Payload<'_>>> {
    let payload = || grammar::payload(LengthUnit::Characters);
    let comment = (tag("#"), not_line_ending).map(|_| None);
    let alone = payload().map(Some);
    let logged = delimited((take_until("qr="), tag("qr=")), payload(), not_line_ending).map(Some);
    terminated(comment.or(alone).or(logged), line_ending).parse(input)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => SAMPLE.to_owned(),
    };
    let (_, lines) = all_consuming(many0(line)).parse(&*text).map_err(|error| error.to_string())?;
    for payload in lines.into_iter().flatten() {
        let objects = payload.object_count();
        match payload.verify_crc() {
            Ok(sealed) => println!(
                "{objects} objects, amount {}",
                sealed.value_of(qris_core::Id::AMOUNT).unwrap_or("open")
            ),
            Err(error) => println!("{objects} objects, but {error}"),
        }
    }
    Ok(())
}
