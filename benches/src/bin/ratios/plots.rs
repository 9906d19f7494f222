//! The two plots of the README.

use benches::work::PUBLISHED;

use crate::chart::{Chart, text_width, time};
use crate::measure::{Cost, Row, find};
use crate::publish;

const WIDTH: f64 = 900.0;

/// Ours against everybody else, a line for each work that somebody else does, on a logarithmic axis.
pub(crate) fn peers(rows: &[Row]) -> String {
    const LEFT: f64 = 190.0;
    const RIGHT: f64 = 850.0;
    const TOP: f64 = 92.0;
    const STEP: f64 = 56.0;
    let on_corpus = |work| rows.iter().filter(move |row| (row.work, row.input) == (work, "corpus"));
    let works: Vec<&str> = PUBLISHED.into_iter().filter(|work| on_corpus(*work).count() > 1).collect();
    let times = || works.iter().flat_map(|work| on_corpus(*work)).map(|row| row.ns.log10());
    let first = times().fold(f64::INFINITY, f64::min).floor();
    let last = times().fold(f64::NEG_INFINITY, f64::max).ceil();
    let x = |ns: f64| LEFT + (RIGHT - LEFT) * (ns.log10() - first) / (last - first).max(1.0);

    let bottom = TOP + STEP * works.len() as f64;
    let mut chart = Chart::new(WIDTH, bottom + 32.0);
    let title = "Time for one payload, logarithmic";
    chart.text("title start", (20.0, 30.0), title);
    let legend = "Corpus of 1,024 payloads. Multiples are of ours. “By hand” is code for this one job; it knows no rules.";
    chart.text("dim start", (20.0, 52.0), legend);
    for power in first as i32..=last as i32 {
        let at = x(10f64.powi(power));
        chart.line("grid", (at, TOP - 14.0), (at, bottom));
        chart.text("dim middle", (at, bottom + 20.0), &time(10f64.powi(power)).replace(".0", ""));
    }
    for (place, work) in works.iter().enumerate() {
        let y = TOP + STEP * (place as f64 + 0.5);
        chart.text("end", (LEFT - 16.0, y + 4.0), publish::short(work));
        let Some(ours) = find(rows, work, "ours", "corpus") else { continue };
        let mut sorted: Vec<&Row> = on_corpus(*work).collect();
        sorted.sort_by(|one, other| one.ns.total_cmp(&other.ns));
        let (least, most) = (sorted.first().map_or(1.0, |r| r.ns), sorted.last().map_or(1.0, |r| r.ns));
        chart.line("grid", (x(least), y), (x(most), y));
        // Labels stand above their dots, or below where there is no room; the first one reaches to the left.
        let mut taken = [f64::NEG_INFINITY; 2];
        for (place, row) in sorted.into_iter().enumerate() {
            let (dot, label, class) = match row.variant {
                "ours" => ("a", format!("ours {}", time(row.ns)), "a strong"),
                "floor" => ("ring", "by hand".to_owned(), ""),
                peer => ("dot", format!("{peer} {}", multiple(row.ns / ours.ns)), ""),
            };
            let (at, width) = (x(row.ns), text_width(&label));
            let start =
                if place == 0 { at + 8.0 - width } else { (at - width / 2.0).min(WIDTH - 8.0 - width) };
            let above = start > taken[0] + 6.0 || taken[0] <= taken[1];
            taken[usize::from(!above)] = start + width;
            chart.circle(dot, (at, y), if row.variant == "ours" { 7.0 } else { 5.0 });
            let baseline = if above { y - 12.0 } else { y + 22.0 };
            match place {
                0 => chart.text(&format!("{class} end"), (at + 8.0, baseline), &label),
                _ => chart.text(&format!("{class} middle"), (start + width / 2.0, baseline), &label),
            }
        }
    }
    chart.finish(title)
}

fn multiple(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.1}×") } else { format!("{ratio:.0}×") }
}

/// Cost against size, up to the largest payload there is.
pub(crate) fn sizes(costs: &[Cost]) -> String {
    const LEFT: f64 = 80.0;
    const RIGHT: f64 = 860.0;
    const TOP: f64 = 128.0;
    const BOTTOM: f64 = 440.0;
    let most = costs.iter().flat_map(|cost| cost.ns).fold(1.0, f64::max);
    let unit = [1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5].into_iter().find(|unit| most / unit <= 6.0);
    let unit = unit.unwrap_or(2e5);
    let top = (most / unit).ceil() * unit;
    let place =
        |bytes: f64, ns: f64| (LEFT + (RIGHT - LEFT) * bytes / 40_000.0, BOTTOM - (BOTTOM - TOP) * ns / top);
    let mut chart = Chart::new(WIDTH, BOTTOM + 60.0);
    let title = "Time against size, up to the largest payload that is read";
    chart.text("title start", (20.0, 30.0), title);
    let legend = "One hundred objects; their values grow from nothing to 99 characters.";
    chart.text("dim start", (20.0, 52.0), legend);
    for step in 0..=(top / unit) as u32 {
        let ns = f64::from(step) * unit;
        chart.line("grid", place(0.0, ns), place(40_000.0, ns));
        let (x, y) = place(0.0, ns);
        let label = if step == 0 { "0".to_owned() } else { time(ns).replace(".0", "") };
        chart.text("dim end", (x - 8.0, y + 4.0), &label);
    }
    for thousands in (0..=40).step_by(10) {
        let (x, y) = place(f64::from(thousands) * 1e3, 0.0);
        let label = if thousands == 0 { "0".to_owned() } else { format!("{thousands},000") };
        chart.text("dim middle", (x, y + 20.0), &label);
    }
    chart.text("dim middle", ((LEFT + RIGHT) / 2.0, BOTTOM + 44.0), "bytes");

    for (column, (name, dashed)) in
        [("ASCII", "dashed"), ("four-byte characters", "")].into_iter().enumerate()
    {
        let of_kind = || costs.iter().filter(|cost| cost.name == name);
        let series = [("a", "structure and CRC", 0), ("b", "and every finding", 2)];
        for (row, (class, what, work)) in series.into_iter().enumerate() {
            let points: Vec<(f64, f64)> =
                of_kind().map(|cost| place(cost.bytes as f64, cost.ns[work])).collect();
            // The legend first: a piece of the line, and what it is.
            let (x, y) = (20.0 + 400.0 * column as f64, 80.0 + 22.0 * row as f64);
            for line in [&[(x, y), (x + 40.0, y)][..], &points] {
                chart.polyline(&format!("line {class} {dashed}"), line);
            }
            chart.circle(class, (x + 20.0, y), 3.5);
            points.iter().for_each(|point| chart.circle(class, *point, 3.5));
            let each = of_kind().next_back().map_or(0.0, |cost| cost.by_byte()[work]);
            let label = format!("{what}, {name}: {each:.2} ns a byte");
            chart.text(&format!("{class} start"), (x + 52.0, y + 4.5), &label);
        }
    }
    chart.finish(title)
}
