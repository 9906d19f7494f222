//! Backups and keys, while the gateway runs.

use super::*;

#[test]
fn a_copy_is_made_and_checked() {
    let serve = Serve::start(&["--sandbox"]);
    let copy = serve.folder.path().join("copy.db");
    let copy = copy.to_str().unwrap();
    assert_eq!(serve.gateway(&["backup", copy]).code, 0);
    let again = serve.gateway(&["backup", copy]);
    assert!(again.code == 1 && again.stderr.contains("--force"), "{}", again.stderr);
    assert_eq!(serve.gateway(&["backup", copy, "--force", "--json"]).json()["file"], copy);

    assert_eq!(serve.gateway(&["restore", copy]).code, 2, "it only checks, and wants that said");
    let checked = serve.gateway(&["restore", copy, "--check", "--json"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    assert_eq!(checked.json()["secrets"], 2);
    let table = serve.gateway(&["restore", copy, "--check"]).text();
    assert!(table.contains("integrity") && table.contains("partner"), "{table}");
    std::fs::write(serve.folder.path().join("other.key"), [7; 32]).unwrap();
    let other = serve.folder.path().join("other.key");
    let args = ["restore", copy, "--check", "--master-key-file", other.to_str().unwrap()];
    assert_eq!(serve.gateway(&args).code, 1);
    assert_eq!(serve.gateway(&["restore", "/nonexistent/copy", "--check"]).code, 2);
}

#[test]
fn keys_are_replaced_under_a_gateway_that_serves() {
    let serve = Serve::start(&["--sandbox"]);
    let url = serve.url();
    let demo = serve.demo();
    let token = demo.token(url);

    let rotated = serve.gateway(&["key", "rotate", "--grace", "60", "--json"]).json();
    assert_eq!((&rotated[0]["signs"], &rotated[1]["signs"]), (&json!(false), &json!(true)));
    let shown = serve.gateway(&["key", "show"]).text();
    assert_eq!(shown.matches("-----BEGIN PUBLIC KEY-----").count(), 2, "{shown}");

    let prepared = serve.gateway(&["master-key", "rotate", "--prepare", "--json"]).json();
    assert_eq!(prepared["done"], false);
    demo.generate(url, &token, "1.00");
    let done = serve.gateway(&["master-key", "rotate", "--json"]).json();
    assert_eq!((&done["done"], &done["resealed"]), (&json!(true), &json!(3)));
    // The gateway that runs was started with the key before.
    demo.generate(url, &token, "2.00");
    assert_eq!(serve.gateway(&["master-key", "rotate"]).code, 1, "the key before is still there");
}

#[test]
fn a_partner_is_bound_to_networks() {
    let serve = Serve::start(&["--sandbox"]);
    let demo = serve.demo();
    let id = demo.text("client_id");
    let set = |args: &[&str]| serve.gateway(&[&["partner", "set", id, "--json"], args].concat());
    let bound = set(&["--allow-ip", "203.0.113.9/24", "--allow-ip", "2001:db8::1"]).json();
    assert_eq!(bound["allow_ips"], json!(["203.0.113.0/24", "2001:db8::1/128"]));
    assert_eq!(demo.ask_token(serve.url()).status, 401, "a gateway that runs follows at once");
    for wrong in ["", "here", "10.0.0.0/8,192.0.2.0/24", "10.0.0.0/99"] {
        assert_eq!(set(&["--allow-ip", wrong]).code, 2, "{wrong:?}");
    }
    assert_eq!(set(&["--name", "Toko"]).json()["allow_ips"], bound["allow_ips"], "another change leaves it");
    assert_eq!(set(&["--allow-ip", "127.0.0.0/8"]).code, 0);
    assert_eq!(demo.ask_token(serve.url()).status, 200);
    assert_eq!(set(&["--allow-any-ip"]).json()["allow_ips"], json!([]));
}

#[test]
fn a_schema_goes_forward_and_back_and_throws_nothing_away_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.db");
    let database = format!("sqlite://{}", file.display());
    let run = |words: &[&str]| {
        let args: Vec<&str> =
            ["gateway"].iter().chain(words).chain(&["--database", &database]).copied().collect();
        qris(&args)
    };
    let planned = run(&["migrate", "--plan"]);
    assert_eq!(planned.code, 0, "{}", planned.stderr);
    assert!(planned.text().contains("to 1") && !file.exists(), "{}", planned.text());
    assert_eq!(run(&["migrate", "--to", "1"]).code, 0);

    let before = std::fs::read(&file).unwrap();
    let planned = run(&["migrate", "--plan", "--json"]);
    assert_eq!((planned.code, std::fs::read(&file).unwrap() == before), (0, true), "{}", planned.stderr);
    let latest = planned.json()["to"].as_u64().unwrap();
    let text = run(&["migrate", "--plan"]).text();
    for number in 2..=latest {
        let line = text.lines().find(|line| line.starts_with(&format!("to {number} "))).unwrap();
        assert!(line.contains("older programs go on"), "{line}");
    }
    assert_eq!(run(&["migrate", "--json"]).json()["done"], true);
    assert!(run(&["migrate", "--plan"]).stderr.contains("nothing to do"));
    // Forward, then back by itself, with nothing to lose.
    assert_eq!(run(&["migrate", "--to", "1"]).code, 0);
    assert_eq!(run(&["migrate"]).code, 0);

    let keys = folder.path().join("keys").display().to_string();
    let add = ["partner", "add", "--name", "A", "--dialect", "standard", "--generate-key", &keys];
    assert_eq!(run(&add).code, 0);
    let id = run(&["partner", "list", "--json"]).json()[0]["client_id"].as_str().unwrap().to_owned();
    assert_eq!(run(&["partner", "set", &id, "--allow-ip", "10.0.0.0/8"]).code, 0);
    let refused = run(&["migrate", "--to", "1"]);
    assert_eq!(refused.code, 1);
    let lost = "1 partners that may ask from some networks only";
    assert!(refused.stderr.contains(lost) && refused.stderr.contains("--discard"), "{}", refused.stderr);
    assert!(run(&["migrate", "--to", "1", "--plan"]).text().contains(lost));
    assert_eq!(run(&["partner", "show", &id, "--json"]).json()["allow_ips"], json!(["10.0.0.0/8"]));
    let done = run(&["migrate", "--to", "1", "--discard"]);
    assert!(done.code == 0 && done.stderr.contains(lost), "{}", done.stderr);
    for unknown in ["0", "99"] {
        let refused = run(&["migrate", "--to", unknown]);
        assert!(refused.code == 2 && refused.stderr.contains("knows 1 to"), "{}", refused.stderr);
    }
}
