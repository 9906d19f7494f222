//! Whether a code has an error, by EMVCo or by QRIS.

use super::naive::Node;

/// Whether the objects are a code that conforms.
#[must_use]
pub fn conforms(nodes: &[Node], qris: bool) -> bool {
    let applications = all(nodes, "61");
    let common = all(nodes, "62");
    // 85, 61 and 62 stand at the root; 63 and 64 do not. QRIS has one application, EMVCo one or more.
    if count(nodes, "85") != 1 || common.len() > 1 || count(nodes, "63") + count(nodes, "64") > 0 {
        return false;
    }
    if applications.is_empty() || qris && applications.len() > 1 {
        return false;
    }
    let shared: &[Node] = common.first().and_then(|node| node.inside.as_deref()).unwrap_or_default();
    // 64 is in 62, once.
    let strangers = ["85", "61", "62", "63"].iter().any(|tag| count(shared, tag) > 0);
    if strangers || count(shared, "64") > 1 || !accounts_are_good(shared) {
        return false;
    }
    let label_is_good = |label: &&Node| label.value == b"QRISCPM";
    if qris && (count(shared, "50") > 1 || !all(shared, "50").iter().all(label_is_good)) {
        return false;
    }
    applications.iter().all(|application| {
        let own = application.inside.as_deref().unwrap_or_default();
        application_conforms(own, shared, qris)
    })
}

fn application_conforms(own: &[Node], shared: &[Node], qris: bool) -> bool {
    if ["85", "61", "62", "64"].iter().any(|tag| count(own, tag) > 0) || count(own, "63") > 1 {
        return false;
    }
    // One AID, of 5 to 16 bytes.
    let [aid] = all(own, "4F")[..] else { return false };
    if !(5..=16).contains(&aid.value.len()) || !accounts_are_good(own) {
        return false;
    }
    if !qris {
        return true;
    }
    // QRIS: its AID and its label.
    let labels = all(own, "50");
    if aid.value != [0xA0, 0x00, 0x00, 0x06, 0x02, 0x20, 0x20]
        || labels.len() > 1
        || labels.iter().any(|label| label.value != b"QRISCPM")
        || labels.len() + count(shared, "50") == 0
    {
        return false;
    }
    // 63 with issuer data of 8 to 64 bytes.
    let [transparent] = all(own, "63")[..] else { return false };
    let [data] = all(transparent.inside.as_deref().unwrap_or_default(), "9F74")[..] else { return false };
    if !(8..=64).contains(&data.value.len()) {
        return false;
    }
    // One of 57 and 5A, and one PAN where both are.
    let accounts: Vec<Option<String>> =
        own.iter().chain(shared).filter(|node| node.tag == "57" || node.tag == "5A").map(pan).collect();
    !accounts.is_empty() && accounts.iter().all(|account| *account == accounts[0])
}

/// 57 and 5A occur once, and a PAN of 8 to 19 digits can be read from each.
fn accounts_are_good(nodes: &[Node]) -> bool {
    let readable = |tag| all(nodes, tag).into_iter().all(|node| pan(node).is_some());
    count(nodes, "57") < 2 && count(nodes, "5A") < 2 && readable("57") && readable("5A")
}

/// The PAN of 5A: digits two in a byte, filled up with F. Of 57: the digits before D.
fn pan(node: &Node) -> Option<String> {
    let written: String = node.value.iter().map(|byte| format!("{byte:02X}")).collect();
    let digits = if node.tag == "57" { written.split_once('D')?.0 } else { written.trim_end_matches('F') };
    let good = digits.chars().all(|digit| digit.is_ascii_digit()) && (8..=19).contains(&digits.len());
    good.then(|| digits.to_owned())
}

fn all<'n>(nodes: &'n [Node], tag: &str) -> Vec<&'n Node> {
    nodes.iter().filter(|node| node.tag == tag).collect()
}

fn count(nodes: &[Node], tag: &str) -> usize {
    all(nodes, tag).len()
}
