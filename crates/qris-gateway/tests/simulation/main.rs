//! Payments, refunds, notifications and reports under everything that can go wrong, from a seed.
//!
//! Two gateways with clocks that drift and jump share one database. Clients pay, cancel, refund and try again; units of work
//! fail before their COMMIT, or after it with the answer lost; gateways stop at any step; receivers hang, refuse, and accept
//! without being heard. After each step the rules of `check.rs` must hold. One seed is one run: the same every time.
//!
//! `QRIS_SIMULATIONS` says how many runs (1,000 without it, 3,000 more in `.ci/faults`), `QRIS_SEED` where they begin. A broken rule is printed with its seed and the
//! steps that led to it.

mod check;
mod people;
mod receiver;
mod world;

use qris_gateway::db::local::{Local, Mutation};
use world::World;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// One run; what was broken, with the steps that led to it.
fn run(local: &mut Local, seed: u64, mutation: Mutation) -> Result<(), String> {
    local.begin(mutation).unwrap();
    let mut world = World::new(local, seed);
    world.run().map_err(|broken| format!("seed {seed}: {broken}\n{}", world.story()))
}

#[test]
fn nothing_is_lost_paid_twice_or_told_out_of_order() {
    let (first, runs) = (number("QRIS_SEED", 1), number("QRIS_SIMULATIONS", 1_000));
    let mut local = Local::open().unwrap();
    for seed in first..first + runs {
        run(&mut local, seed, |sql| sql).unwrap_or_else(|broken| panic!("{broken}"));
    }
}

#[test]
fn a_seed_is_the_same_run_every_time() {
    let mut local = Local::open().unwrap();
    for seed in 1..20 {
        let mut stories = Vec::new();
        for _ in 0..2 {
            local.begin(|sql| sql).unwrap();
            let mut world = World::new(&mut local, seed);
            world.run().unwrap();
            stories.push(world.story());
        }
        assert_eq!(stories[0], stories[1]);
        assert!(stories[0].lines().count() > 50);
    }
}

/// The simulation is worth what it finds: each of these faults, planted in a statement, breaks a rule within a few hundred
/// runs.
#[test]
fn planted_faults_are_found() {
    let faults: [(&str, Mutation, &str); 8] = [
        (
            "a second payment wins",
            |sql| plant(sql, "SET state = 'paid'", " AND state = 'initiated'", ""),
            "entry",
        ),
        (
            "a second refund is not told",
            |sql| plant(sql, "INSERT INTO notification", "$4, $5, $6", "$4, '', $6"),
            "refund",
        ),
        (
            "a payment can be cancelled",
            |sql| plant(sql, "SET state = 'cancelled'", " AND state = 'initiated'", ""),
            "",
        ),
        (
            "more is refunded than was paid",
            |sql| {
                plant(
                    sql,
                    "SET state = 'refunded'",
                    "<= paid_amount + paid_tip - refunded",
                    "<= paid_amount + paid_tip",
                )
            },
            "refund",
        ),
        (
            "events are told out of order",
            |sql| plant(sql, "SELECT id FROM notification n", "e.seq < n.seq", "e.seq < n.seq - 1"),
            "order",
        ),
        (
            "a sender that lost its lease is believed",
            |sql| {
                plant(
                    sql,
                    "SET state = $1, due_ms",
                    " AND lease_owner = $10 AND fence = $11",
                    " AND $10 <> '' AND $11 >= 0",
                )
            },
            "",
        ),
        (
            "a refund number is good twice",
            |sql| plant(sql, "INSERT INTO reference", "$3, $4)", "$3 || $4, $4)"),
            "number",
        ),
        (
            "an entry is booked on a closed day",
            |sql| plant(sql, "SELECT MAX(day) FROM closed_day", "MAX(day)", "MAX(day) - 5"),
            "closed",
        ),
    ];
    let mut local = Local::open().unwrap();
    for (name, mutation, word) in faults {
        let found = (1..=2_000).find_map(|seed| run(&mut local, seed, mutation).err());
        let broken = found.unwrap_or_else(|| panic!("{name}: not found"));
        let first = broken.lines().next().unwrap();
        assert!(first.contains(word), "{name} was found as: {first}");
        println!("{name}: {first}");
    }
}

/// The statement of a kind, with one thing in it replaced. It is made once: a changed text is kept for ever.
fn plant(sql: &'static str, kind: &str, from: &str, to: &str) -> &'static str {
    use std::collections::HashMap;
    use std::sync::{Mutex, OnceLock};
    static MADE: OnceLock<Mutex<HashMap<String, &'static str>>> = OnceLock::new();
    if !sql.contains(kind) || !sql.contains(from) {
        return sql;
    }
    let changed = sql.replace(from, to);
    let mut made = MADE.get_or_init(Mutex::default).lock().unwrap();
    made.entry(changed.clone()).or_insert_with(|| Box::leak(changed.into_boxed_str()))
}
