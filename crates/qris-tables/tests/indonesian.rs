//! Everything `qris-core` says to people has an Indonesian text, and every Indonesian text is of something it says.

use std::collections::BTreeSet;

use qris_core::diagnose::{Cause, Foreign};
use qris_core::rules::RULES;
use qris_core::schema::{Content, TemplateSpec};
use qris_core::{ErrorKind, Kind, Profile};
use qris_tables::indonesian::{Of, TEXTS, text};

/// Every table that can be reached from the roots.
fn tables() -> Vec<&'static TemplateSpec> {
    let mut found: Vec<&'static TemplateSpec> = Profile::ALL.iter().map(|profile| profile.root).collect();
    let mut at = 0;
    while let Some(table) = found.get(at).copied() {
        let inside = table.objects.iter().filter_map(|row| match row.content {
            Content::Template(inside) => Some(inside),
            _ => None,
        });
        for next in inside.chain(table.base) {
            if found.iter().all(|known| known.name != next.name) {
                found.push(next);
            }
        }
        at += 1;
    }
    found
}

/// What has to be said: a kind, and an English name or code.
fn wanted() -> BTreeSet<(&'static str, String)> {
    let mut wanted = BTreeSet::new();
    let mut want = |of: Of, key: &str| wanted.insert((of.name(), key.to_owned()));
    let mut sources = BTreeSet::new();
    for row in tables().iter().flat_map(|table| table.objects) {
        want(Of::Name, row.name);
        sources.insert(row.cites);
        if let Content::OneOf(choices) = row.content {
            for (_, meaning) in choices {
                want(Of::Meaning, meaning);
            }
        }
    }
    for (_, meaning) in qris_core::value::Criteria::KNOWN {
        want(Of::Meaning, meaning);
    }
    for kind in Kind::ALL {
        want(Of::Kind, kind.name());
    }
    for kind in ErrorKind::ALL {
        want(Of::Error, kind.code());
        sources.insert(kind.cites().unwrap_or("our limit"));
    }
    // The one error with two sentences.
    want(Of::Error, "invalid-length/cuts");
    for rule in RULES {
        want(Of::Rule, rule.name);
        sources.insert(rule.cites);
    }
    for cause in Cause::ALL {
        want(Of::Cause, cause.code());
    }
    for foreign in Foreign::ALL {
        want(Of::Foreign, foreign.code());
    }
    let english = |source: &&str| ["table", "limit", "observed"].iter().any(|word| source.contains(word));
    for source in sources.into_iter().filter(english) {
        want(Of::Source, source);
    }
    wanted
}

#[test]
fn nothing_is_left_without_an_indonesian_text() {
    let wanted = wanted();
    assert!(wanted.len() > 150, "only {} texts are asked for: the tables are read no more", wanted.len());
    let there: BTreeSet<(&str, String)> = TEXTS
        .iter()
        .map(|row| row.key.split_once('/').unwrap_or_else(|| panic!("{}: a kind and a slash", row.key)))
        .map(|(of, key)| (of, key.to_owned()))
        .collect();
    let missing: Vec<_> = wanted.difference(&there).collect();
    assert!(missing.is_empty(), "data/indonesian.csv lacks {missing:?}");
    let idle: Vec<_> = there.difference(&wanted).collect();
    assert!(idle.is_empty(), "data/indonesian.csv has texts that nothing asks for: {idle:?}");
    for (of, key) in &wanted {
        let of = Of::ALL.iter().find(|kind| kind.name() == *of).unwrap();
        assert!(text(*of, key).is_some(), "{key} is not found");
    }
}

#[test]
fn texts_are_sentences_or_parts_of_them() {
    for row in TEXTS {
        let clean = |text: &str| !text.is_empty() && text.trim() == text && !text.contains("  ");
        assert!(clean(row.text) && !row.text.ends_with('.'), "{}: {}", row.key, row.text);
        let advised = ["error/", "rule/", "cause/"].iter().any(|kind| row.key.starts_with(kind));
        assert_eq!(row.advice.is_some(), advised, "{}: advice", row.key);
        let whole = |advice: &str| clean(advice) && advice.ends_with('.');
        assert!(row.advice.is_none_or(whole), "{}: {:?}", row.key, row.advice);
        for place in row.text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()) {
            assert!(row.key.starts_with("error/"), "{}: {place}", row.key);
        }
    }
}
