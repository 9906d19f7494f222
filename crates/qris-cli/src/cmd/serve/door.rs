//! What a person reads who starts a sandbox on a terminal: where everything is, and three calls to begin with.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};
use std::path::Path;

use qris_gateway::server::Ready;
use serde::Deserialize;

/// Whether somebody looks: a program that reads the ready line gets that.
pub(super) fn is_open(sandbox: bool) -> bool {
    sandbox && io::stdout().is_terminal()
}

/// What of the demo partner's file is shown.
#[derive(Deserialize)]
struct Demo {
    client_id: String,
    client_secret: String,
    private_key_file: Option<String>,
}

/// Prints it. The gateway must serve: the example of a payment page is a code that it makes.
pub(super) async fn show(ready: &Ready) {
    let demo = ready.demo_file.as_deref().map(Path::new);
    let page = match demo {
        Some(file) => example_page(&ready.url, file).await,
        None => None,
    };
    let text = text(ready, demo, page.as_deref());
    // A terminal that is gone is no reason to end.
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// The address of a payment page, of a code that was made for it.
#[cfg(feature = "call")]
async fn example_page(url: &str, demo: &Path) -> Option<String> {
    let number = format!("EXAMPLE-{}", seconds());
    let body =
        format!(r#"{{"partnerReferenceNo":"{number}","amount":{{"value":"15000.00","currency":"IDR"}}}}"#);
    crate::cmd::snap::page_of_a_new_code(url, demo, body.as_bytes()).await
}

#[cfg(not(feature = "call"))]
async fn example_page(_: &str, _: &Path) -> Option<String> {
    None
}

fn text(ready: &Ready, demo: Option<&Path>, page: Option<&str>) -> String {
    let (url, key) = (ready.url.as_str(), ready.sandbox_key.as_deref().unwrap_or_default());
    let mut text = "A QRIS sandbox listens: no real money. Ctrl-C ends it.\n\n".to_owned();
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<14} {value}\n"));
    line("home", &format!("{url}/"));
    line("API", &format!("{url}/docs"));
    line("inspector", &format!("{url}/inspect"));
    line("requests", &format!("{url}/requests"));
    match &ready.admin_url {
        Some(admin) => line("operator", &format!("{admin}/operator")),
        None => line("operator", "none: see --admin-listen and --operator-password-hash"),
    }
    if let Some(page) = page {
        line("payment page", page);
    }
    line("sandbox key", key);
    let Some(file) = demo else { return text };
    let read = std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice::<Demo>(&bytes).ok());
    if let Some(Demo { client_id, client_secret, private_key_file }) = read {
        line("demo partner", &client_id);
        line("client secret", &client_secret);
        if let Some(key) = private_key_file {
            line("private key", &near(Path::new(&key)));
        }
    }
    line("all of it", &near(file));
    let (qris, file) = (quoted(&program()), quoted(&near(file)));
    // Another one with each start: a number is good for one code.
    let number = format!("INV-{}", seconds());
    let _ = write!(
        text,
        "
Make a code, pay it, ask for it; in another terminal, in this folder:

  echo '{{\"partnerReferenceNo\":\"{number}\",
    \"amount\":{{\"value\":\"15000.00\",\"currency\":\"IDR\"}}}}' |
    {qris} snap call generate --to {url} \\
      --partner {file} --body -

  curl -H 'Authorization: Bearer {key}' \\
    -H 'Content-Type: application/json' \\
    -d '{{\"partnerReferenceNo\":\"{number}\"}}' \\
    {url}/sandbox/v1/pay

  echo '{{\"originalPartnerReferenceNo\":\"{number}\",\"serviceCode\":\"47\"}}' |
    {qris} snap call query --to {url} \\
      --partner {file} --body -

"
    );
    text
}

/// Since 1970.
fn seconds() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// A path as one would type it here.
fn near(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    below.unwrap_or(path).display().to_string()
}

/// How this program was called.
fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "qris".to_owned())
}

/// A word for a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@,".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
