//! What the inspector says of one payload: a verdict, what a payer wants to know, findings, and the tree of its objects.

use std::collections::HashMap;

use qris_core::diagnose::{Explanation, before, explain};
use qris_core::display::tree;
use qris_core::{
    DecodeError, Finding, Id, Initiation, Kind, LengthUnit, MAX_BYTES, Payload, Profile, Qris, Scheme,
    Severity, check,
};

use super::lang::Lang;
use super::place::{Place, faulty, place};
use super::said;
use super::show;
use crate::model::Minor;

/// Findings that are shown, the worst first.
const FINDINGS: usize = 200;

/// What is to be said about one payload.
pub(super) struct Inspection {
    pub(super) text: String,
    /// Class of the banner: `good`, `warn`, `bad`.
    pub(super) mood: &'static str,
    pub(super) verdict: &'static str,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) fault: Option<Fault>,
    pub(super) rows: Vec<TreeRow>,
    pub(super) findings: Vec<FindingRow>,
    /// Findings that are not shown.
    pub(super) more: usize,
    /// Whether a dynamic code can be made of it: a static code for payments that may be paid.
    pub(super) becomes_dynamic: bool,
}

/// Why a text is no payload.
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) says: String,
    pub(super) advice: &'static str,
    pub(super) path: String,
    pub(super) offset: usize,
    pub(super) cites: &'static str,
    pub(super) place: Place,
    /// Whether the text is to be shown to nobody.
    secret: bool,
    /// The object before it.
    pub(super) before: Option<String>,
    /// What happened to the text, in sentences, and what it was.
    pub(super) known: Vec<String>,
    pub(super) undone: Option<String>,
}

pub(super) struct TreeRow {
    pub(super) depth: usize,
    pub(super) id: String,
    pub(super) path: String,
    pub(super) length: u8,
    pub(super) name: Option<&'static str>,
    pub(super) value: Option<String>,
    pub(super) meaning: Option<&'static str>,
    /// The worst that was found: `error`, `warning`, `note`.
    pub(super) finding: Option<&'static str>,
}

pub(super) struct FindingRow {
    pub(super) severity: &'static str,
    pub(super) severity_text: &'static str,
    pub(super) code: String,
    pub(super) path: String,
    pub(super) says: String,
    pub(super) advice: &'static str,
    pub(super) cites: &'static str,
    pub(super) place: Option<Place>,
}

/// Judges a text by a profile, or by that of its scheme, in the visitor's language.
pub(super) fn judge(bytes: &[u8], profile: Option<&Profile>, lang: Lang) -> Inspection {
    let words = lang.words();
    let text = String::from_utf8_lossy(bytes).into_owned();
    let payload = match Payload::from_bytes(bytes) {
        Ok(payload) => payload,
        Err(error) => {
            let text = if bytes.len() > MAX_BYTES { String::new() } else { text };
            let fault = fault(bytes, &text, &error, lang);
            let text = if fault.secret { String::new() } else { text };
            return Inspection {
                mood: "bad",
                verdict: words.no_payload,
                facts: Vec::new(),
                fault: Some(fault),
                rows: Vec::new(),
                findings: Vec::new(),
                more: 0,
                becomes_dynamic: false,
                text,
            };
        }
    };
    let profile = &profile.copied().unwrap_or_else(|| Profile::of(&payload));
    let mut found: Vec<Finding> = check::findings(&payload, profile).collect();
    let rows = rows(&payload, profile, &found, lang);
    let wrong_crc = payload.clone().verify_crc().err();
    let worst = found.iter().map(Finding::severity).max();
    let (mood, verdict) = match (&wrong_crc, worst) {
        (Some(_), _) => ("bad", words.wrong_crc),
        (None, Some(Severity::Error)) => ("bad", words.not_conformant),
        (None, Some(Severity::Warning)) => ("warn", words.conformant_with_warnings),
        _ => ("good", words.conformant),
    };
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
    let more = found.len().saturating_sub(FINDINGS);
    found.truncate(FINDINGS);
    let qris = conforming(&payload);
    Inspection {
        mood,
        verdict,
        facts: facts(&payload, qris.as_ref(), lang),
        fault: wrong_crc.map(|error| fault(bytes, payload.as_str(), &error, lang)),
        rows,
        findings: found.iter().map(|finding| finding_row(&payload, finding, lang)).collect(),
        more,
        becomes_dynamic: qris.as_ref().is_some_and(is_static),
        text,
    }
}

/// The payload as one that may be paid, by what is printed in practice.
fn conforming<'a>(payload: &Payload<'a>) -> Option<Qris<'a>> {
    let sealed = payload.clone().verify_crc().ok()?;
    Qris::from_sealed(&sealed, &Profile::WILD).ok()
}

/// Whether it is a code for many payments, whose amount the payer enters.
pub(super) fn is_static(qris: &Qris<'_>) -> bool {
    qris.kind() == Kind::Payment
        && qris.initiation() != Some(Initiation::Dynamic)
        && qris.amount().is_none()
        && qris.currency().number() == 360
}

/// What a payer would want to know.
fn facts(payload: &Payload<'_>, qris: Option<&Qris<'_>>, lang: Lang) -> Vec<(&'static str, String)> {
    let words = lang.words();
    let mut facts = Vec::new();
    if let Some(qris) = qris {
        facts.push((words.merchant, format!("{}, {}", qris.merchant_name(), qris.merchant_city())));
        let nns = qris.domestic().and_then(|account| account.nns().map(str::to_owned));
        let acquirer = nns.as_deref().map(|nns| match qris_tables::acquirer(nns) {
            Some(acquirer) => acquirer.name.to_owned(),
            None => format!("NNS {nns}"),
        });
        facts.extend(acquirer.map(|acquirer| (words.acquirer, acquirer)));
        let rupiah =
            |minor: u64| i64::try_from(minor).map(|sen| show::rupiah(Minor::new(sen))).unwrap_or_default();
        let amount = match qris.amount() {
            Some(amount) if qris.currency().number() == 360 => rupiah(amount.minor()),
            Some(amount) => format!("{} ({})", amount.as_str(), qris.currency().number()),
            None => words.amount_open.to_owned(),
        };
        facts.push((words.amount, amount));
        facts.extend(qris.nmid().map(|nmid| ("NMID", nmid.as_str().to_owned())));
        let initiation = qris.initiation().map(|initiation| match initiation {
            Initiation::Dynamic => words.dynamic,
            _ => words.fixed,
        });
        let kind = said::kind(lang, qris.kind());
        facts.push((
            words.kind,
            initiation.map_or(kind.to_owned(), |initiation| format!("{kind}, {initiation}")),
        ));
    } else if let Some(scheme) = Scheme::of(payload).filter(|scheme| scheme.key != "qris") {
        facts.push((words.scheme, scheme.name.to_owned()));
        let name = payload.value_of(Id::MERCHANT_NAME).map(str::to_owned);
        facts.extend(name.map(|name| (words.merchant, name)));
    } else {
        facts.push((words.kind, said::kind(lang, Kind::of(payload)).to_owned()));
    }
    let crc = payload.crc();
    let text = if crc.stated == crc.computed {
        format!("{:04X}", crc.stated)
    } else {
        format!("{:04X} ≠ {:04X}", crc.stated, crc.computed)
    };
    facts.push(("CRC", text));
    facts.push((words.length, format!("{} {}", payload.characters(), words.characters)));
    facts
}

fn rows(payload: &Payload<'_>, profile: &Profile, found: &[Finding], lang: Lang) -> Vec<TreeRow> {
    let mut worst = HashMap::new();
    for finding in found {
        let severity = worst.entry(finding.path()).or_insert(finding.severity());
        *severity = finding.severity().max(*severity);
    }
    let row = |line: qris_core::display::TreeLine<'_>| {
        let object = line.object;
        TreeRow {
            depth: object.path().depth(),
            id: object.id().to_string(),
            path: object.path().to_string(),
            length: object.length(),
            name: line.name.map(|name| said::name(lang, name)),
            value: (!line.is_template).then(|| object.value().to_owned()),
            meaning: line.meaning.map(|meaning| said::meaning(lang, meaning)),
            finding: worst.get(&object.path()).copied().map(Severity::name),
        }
    };
    tree(payload, profile).lines().map(row).collect()
}

fn finding_row(payload: &Payload<'_>, finding: &Finding, lang: Lang) -> FindingRow {
    let (text, words) = (payload.as_str(), lang.words());
    let span = finding.span();
    let everything = span.start == 0 && span.end >= text.len();
    FindingRow {
        severity: finding.severity().name(),
        severity_text: match finding.severity() {
            Severity::Error => words.error,
            Severity::Warning => words.warning,
            _ => words.note,
        },
        code: finding.code().to_string(),
        path: finding.path().to_string(),
        says: said::finding(lang, finding, payload),
        advice: said::finding_advice(lang, finding.code()),
        cites: said::cites(lang, finding.cites()),
        place: (!everything).then(|| place(text, span)),
    }
}

fn fault(bytes: &[u8], text: &str, error: &DecodeError, lang: Lang) -> Fault {
    let explained = explain(bytes);
    // A password or the number of a card is not shown.
    let secret = matches!(&explained, Some(Explanation::Foreign(foreign)) if foreign.is_secret());
    let text = if secret { "" } else { text };
    let known = explained.as_ref().map(|known| said::known(lang, known)).unwrap_or_default();
    let undone = match explained {
        Some(Explanation::Damaged(found)) => Some(found.into_undone()),
        _ => None,
    };
    Fault {
        before: before(text, LengthUnit::Characters, error).map(|found| said::before(lang, &found)),
        known,
        undone,
        secret,
        code: error.kind().code(),
        says: said::error(lang, error.kind()),
        advice: said::error_advice(lang, error.kind()),
        path: error.path().to_string(),
        offset: error.offset(),
        cites: said::cites(lang, error.kind().cites().unwrap_or_default()),
        place: place(text, faulty(text, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_text_trips_the_judge(text in "\\PC{0,200}|[0-9]{0,80}", profile in 0..4_usize) {
            for lang in [Lang::English, Lang::Indonesian] {
                let found = judge(text.as_bytes(), Profile::ALL.get(profile), lang);
                proptest::prop_assert!(found.fault.is_some() || !found.rows.is_empty());
            }
        }
    }
}
