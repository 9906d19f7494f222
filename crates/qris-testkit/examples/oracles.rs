//! Runs every oracle, or those that are named, over random bytes and says how often; a panic tells the bytes that made it.
//!
//! `cargo run --release -p qris-testkit --all-features --example oracles -- [TIMES] [SEED] [NAME…]`

use std::panic;
use std::process::ExitCode;
use std::time::Instant;

use qris_testkit::rng::SplitMix64;
use qris_testkit::{mutate, oracle};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).take(2).map(|argument| argument.parse::<u64>());
    let names: Vec<String> = std::env::args().skip(3).collect();
    let (Ok(times), Ok(seed)) = (arguments.next().unwrap_or(Ok(10_000)), arguments.next().unwrap_or(Ok(1)))
    else {
        eprintln!("usage: oracles [TIMES] [SEED] [NAME…]");
        return ExitCode::from(2);
    };
    let mut failed = false;
    for (name, oracle) in
        oracle::ALL.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|one| one == name))
    {
        let mut rng = SplitMix64::new(seed);
        let begin = Instant::now();
        let mut done = 0;
        while done < times {
            let bytes = bytes(&mut rng);
            if panic::catch_unwind(|| oracle(&bytes)).is_err() {
                println!("{name}: {bytes:?}");
                failed = true;
                break;
            }
            done += 1;
        }
        println!("{name}: {done} times, {:.1} s", begin.elapsed().as_secs_f64());
    }
    ExitCode::from(u8::from(failed))
}

/// Up to 400 bytes; one in four begins as a payload does, and is sealed.
fn bytes(rng: &mut SplitMix64) -> Vec<u8> {
    let length = rng.below(400);
    let mut bytes: Vec<u8> = (0..length).map(|_| rng.next_u64() as u8).collect();
    if rng.one_in(4) {
        bytes
            .iter_mut()
            .for_each(|byte| *byte = b"0123456789012345678901234567890A+ \xC3\xA9"[usize::from(*byte % 36)]);
        bytes.splice(0..0, *b"000201");
        bytes = mutate::seal(&bytes);
    }
    bytes
}
