//! The examples of the help texts, run as they stand.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::help::{every_help, examples};
use crate::support::{CPM, FINPAY, STATIC};

/// A folder with the files that the examples name.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    put("payload.qr", STATIC.as_bytes());
    put("payloads.txt", format!("{STATIC}\n{FINPAY}\n").as_bytes());
    put("settlement.csv", format!("invoice,qrContent\nA-1,{STATIC}\nA-2,{FINPAY}\n").as_bytes());
    put("merchants.csv", format!("shop,payload\nSatu,{STATIC}\nDua,{STATIC}\n").as_bytes());
    put("bills.csv", b"invoice,total\nA-1,15000\nA-2,2500\n");
    put("export.csv", format!("invoice|qrContent\nA-1|{STATIC}\n").as_bytes());
    put("code.txt", CPM.as_bytes());
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/render/example.png");
    let picture = fs::read(picture).unwrap();
    ["photo.png", "photo.jpg", "scheme.png"].iter().for_each(|name| put(name, &picture));
    // Whoever runs this may have no `man`.
    put("man", b"#!/bin/sh\ncat >/dev/null\n");
    fs::set_permissions(folder.path().join("man"), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[test]
fn examples_run_as_they_stand() {
    let program = Path::new(env!("CARGO_BIN_EXE_qris")).parent().unwrap();
    let mut ran = 0;
    for (path, help) in every_help() {
        // These need a gateway, or keys and messages that were signed with them: other tests have those.
        if path.first().is_some_and(|first| ["gateway", "serve", "snap"].contains(&first.as_str())) {
            continue;
        }
        for example in examples(&help) {
            // An ellipsis stands for what would not fit; a command of another feature is not here. Two blanks part a
            // command from its explanation.
            let command = example.split("  ").next().unwrap();
            let here = |part: &str| part.starts_with("cat ") || part.starts_with("ls ") || known(part);
            // Tests of pictures draw on a terminal.
            if example.contains("on a terminal") {
                continue;
            }
            if command.contains('…')
                || !command.split(" | ").all(|part| here(part) || part.starts_with("man "))
            {
                continue;
            }
            let folder = folder();
            let paths = format!("{}:{}:/usr/bin:/bin", folder.path().display(), program.display());
            let output = Command::new("sh")
                .args(["-c", command])
                .current_dir(folder.path())
                .env("PATH", paths)
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{command}: {told}");
            ran += 1;
        }
    }
    assert!(ran >= if cfg!(feature = "scan") { 30 } else { 18 }, "{ran}");
}

/// Whether this build has the command.
fn known(command: &str) -> bool {
    let word = command.split(' ').nth(1).unwrap_or_default();
    let featured = [
        ("render", cfg!(feature = "render")),
        ("sticker", cfg!(feature = "sticker")),
        ("scan", cfg!(feature = "scan")),
        ("snap", cfg!(feature = "snap")),
    ];
    let picture =
        ["photo.", "--pictures"].iter().any(|word| command.contains(word)) && !cfg!(feature = "scan");
    let response = command.contains("4014700") && !cfg!(feature = "snap");
    !picture && !response && featured.iter().all(|(name, there)| *name != word || *there)
}
