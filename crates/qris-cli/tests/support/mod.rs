//! Running the command `qris`.
#![allow(dead_code, unreachable_pub)] // Each test file uses its part.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run of the command gave.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ran {
    pub fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    pub fn line(&self) -> String {
        let text = self.text();
        let line = text.strip_suffix('\n').unwrap_or(&text);
        assert!(!line.contains('\n'), "one line: {text}");
        line.to_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap()
    }

    pub fn records(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A file of the repository.
pub fn repository(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(file)
}

/// Runs the command with nothing on standard input.
pub fn qris(args: &[&str]) -> Ran {
    qris_with(args, b"")
}

/// Runs the command with these bytes on standard input.
pub fn qris_with(args: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_qris"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // From another thread: a large input and a large output would wait for each other.
    let feeder = std::thread::spawn(move || {
        // A command that has seen enough closes its input; that is its right.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    Ran {
        code: output.status.code().expect("the command was not killed"),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The 227 characters of the Finpay document.
pub const FINPAY: &str = "00020101021226620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE51410014\
    ID.CO.QRIS.WWW0212ID12345678910303UKE520458145303360540410005502025602505802ID5909Test Sogi6015JAKARTA \
    SELATAN61051271062100706finnet630490FF";

/// A consumer-presented code of QRIS; its PAN and its issuer's data are nobody's.
pub const CPM: &str = "hQVDUFYwMWFLTwegAAAGAiAgUAdRUklTQ1BNWgqTYAkUAAAAAAGfXyAGQ09OVE9IXy0EaWRlbmMbn3QYMjgxMDAwMDAwMDAwMDAwMDAwMDAwMDAx";

/// A static code without an amount.
pub const STATIC: &str = "00020101021126690017ID.CO.EXAMPLE.WWW01189360091400000000010215TESTMID000000010303UMI\
    51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581253033605802ID5913WARUNG CONTOH6013JAKARTA PUSAT\
    61051011062070703A0163046D40";

/// The flags that make [`STATIC`].
pub const MADE: [&str; 21] = [
    "encode",
    "--guid",
    "ID.CO.EXAMPLE.WWW",
    "--mpan",
    "936009140000000001",
    "--merchant-id",
    "TESTMID00000001",
    "--criteria",
    "UMI",
    "--nmid",
    "ID1026000000012",
    "--mcc",
    "5812",
    "--merchant-name",
    "WARUNG CONTOH",
    "--merchant-city",
    "JAKARTA PUSAT",
    "--postal-code",
    "10110",
    "--terminal",
    "A01",
];

/// The text with a right CRC behind it.
pub fn sealed(body: &str) -> String {
    format!("{body}6304{:04X}", qris_core::checksum(format!("{body}6304").as_bytes()))
}
