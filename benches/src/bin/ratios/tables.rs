//! What goes to standard output.

use benches::work::PUBLISHED;

use crate::measure::{Cost, JUDGING, Row, find};

/// The published works as one object.
pub(crate) fn json(rows: &[Row]) -> serde_json::Value {
    let row = |row: &Row| {
        // A hundredth of a nanosecond is far below the noise.
        let ns = (row.ns * 100.0).round() / 100.0;
        serde_json::json!({ "work": row.work, "variant": row.variant, "input": row.input, "ns": ns })
    };
    let published = rows.iter().filter(|row| PUBLISHED.contains(&row.work));
    serde_json::json!({ "rows": published.map(row).collect::<Vec<_>>() })
}

/// What ours takes, and the others as multiples of it; the floor the other way round.
pub(crate) fn plain(rows: &[Row]) -> String {
    let mut text = format!(
        "{:<8}{:<16}{:>12}{:>12}  others, as multiples of ours\n",
        "input", "work", "ours ns", "ours/floor"
    );
    for ours in rows.iter().filter(|row| row.variant == "ours") {
        let (over, others) = (over_floor(rows, ours), others(rows, ours).join(", "));
        let ns = ours.ns;
        text += &format!("{:<8}{:<16}{ns:>12.1}{over:>12}  {others}\n", ours.input, ours.work);
    }
    for work in ["decode-rules", "decode-clmul"] {
        if let Some(ratio) = over_decode(rows, work) {
            text += &format!("{work} / decode on the corpus: {ratio:.2}\n");
        }
    }
    text
}

/// A work of ours over `decode` of ours, on the corpus.
pub(crate) fn over_decode(rows: &[Row], work: &str) -> Option<f64> {
    let ns = |work| find(rows, work, "ours", "corpus").map(|row| row.ns);
    Some(ns(work)? / ns("decode")?)
}

/// Ours over the floor of the same work and input.
pub(crate) fn over_floor(rows: &[Row], ours: &Row) -> String {
    let floor = find(rows, ours.work, "floor", ours.input);
    floor.map_or(String::from("-"), |floor| format!("{:.2}", ours.ns / floor.ns))
}

/// Everybody else as multiples of ours.
pub(crate) fn others(rows: &[Row], ours: &Row) -> Vec<String> {
    rows.iter()
        .filter(|row| (row.work, row.input) == (ours.work, ours.input))
        .filter(|row| !["ours", "floor"].contains(&row.variant))
        .map(|row| format!("{} {:.1}", row.variant, row.ns / ours.ns))
        .collect()
}

/// Each kind of hostile input against the ordinary payload, by the byte.
pub(crate) fn hostile(costs: &[Cost]) -> String {
    let mut text = format!(
        "{:<16}{:<20}{:>8}{:>12}{:>12}{:>12}\n",
        "work", "input", "bytes", "ns", "ns/byte", "ordinary x"
    );
    for (place, work) in JUDGING.into_iter().enumerate() {
        for cost in costs {
            let (name, bytes, ns) = (cost.name, cost.bytes, cost.ns[place]);
            let (each, ratio) = (cost.by_byte()[place], over_ordinary(costs, cost)[place]);
            text += &format!("{work:<16}{name:<20}{bytes:>8}{ns:>12.1}{each:>12.3}{ratio:>12.2}\n");
        }
    }
    text
}

/// Nanoseconds a byte over those of the first cost.
pub(crate) fn over_ordinary(costs: &[Cost], cost: &Cost) -> [f64; JUDGING.len()] {
    let ordinary = costs.first().map_or([1.0; JUDGING.len()], Cost::by_byte);
    let mut ratios = cost.by_byte();
    ratios.iter_mut().zip(ordinary).for_each(|(each, ordinary)| *each /= ordinary);
    ratios
}

/// Bytes and nanoseconds.
pub(crate) fn sizes(costs: &[Cost]) -> String {
    let mut text = String::from("text,bytes,decode_ns,decode_rules_ns,every_finding_ns\n");
    for Cost { name, bytes, ns: [decode, rules, findings] } in costs {
        text += &format!("{name},{bytes},{decode:.1},{rules:.1},{findings:.1}\n");
    }
    text
}
