//! Where settings come from, and what is said of bad ones.

use super::load::*;
use super::*;

fn with_file(toml: &str, flags: Flags, variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    std::fs::write(&path, toml).unwrap();
    let shown = format!("{}:", folder.path().display());
    let flags = Flags { config: Some(path), ..flags };
    let variable =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    load(&flags, &variable).map_err(|error| error.to_string().replace(&shown.replace(':', "/"), ""))
}

#[test]
fn a_flag_beats_a_variable_beats_the_file_beats_the_default() {
    let toml = "listen = \"127.0.0.3:3\"\ndatabase = \"sqlite://file.db\"\npublic_url = \"https://file.example/\"\n\
                master_key_file = \"file.key\"\nsandbox = true\ndemo = true\n[limits]\nper_partner = 7\n";
    let file = with_file(toml, Flags::default(), &[]).unwrap();
    assert_eq!(file.listen.to_string(), "127.0.0.3:3");
    assert_eq!(file.public_url.as_deref(), Some("https://file.example"));
    assert_eq!((file.sandbox, file.demo, file.limits.per_partner), (true, true, 7));
    assert_eq!(file.limits.per_address, Limits::default().per_address);

    let variables = [
        ("QRIS_LISTEN", "127.0.0.2:2"),
        ("QRIS_DATABASE_URL", "sqlite://variable.db"),
        ("QRIS_PUBLIC_URL", "https://variable.example"),
        ("QRIS_MASTER_KEY_FILE", "variable.key"),
        ("QRIS_SANDBOX", "0"),
    ];
    let variable = with_file(toml, Flags::default(), &variables).unwrap();
    assert_eq!(variable.listen.to_string(), "127.0.0.2:2");
    assert_eq!(variable.database.public(), "sqlite://variable.db");
    assert_eq!(variable.public_url.as_deref(), Some("https://variable.example"));
    assert_eq!(variable.master_key_file, Some("variable.key".into()));
    assert!(!variable.sandbox);

    let flags = Flags {
        listen: Some("127.0.0.1:1".into()),
        database: Some("sqlite://flag.db".into()),
        sandbox: true,
        no_demo: true,
        ..Flags::default()
    };
    let flag = with_file(toml, flags, &variables).unwrap();
    assert_eq!((flag.listen.to_string().as_str(), flag.sandbox, flag.demo), ("127.0.0.1:1", true, false));
    assert_eq!(flag.database.public(), "sqlite://flag.db");

    let nothing = load(&Flags::default(), &|_| None).unwrap();
    assert_eq!(nothing.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(nothing.database.public(), "sqlite://qris.db");
    assert!(nothing.demo && !nothing.sandbox && nothing.admin_listen.is_none());
}

#[test]
fn the_place_of_a_fault_is_named() {
    let fault = |toml: &str| with_file(toml, Flags::default(), &[]).unwrap_err();
    assert!(fault("# a\n\nlisten = \"here\"\n").starts_with("gateway.toml:3: \"here\" is no address"));
    assert!(fault("demo = true\nlitsen = \"x\"\n").starts_with("gateway.toml:2: unknown field"));
    assert!(fault("demo = \"yes\"\n").starts_with("gateway.toml:1: "));
    assert!(fault("a = 1\nb = = 2\n").starts_with("gateway.toml:"));
    assert_eq!(
        fault("[limits]\nbody_bytes = 4096\nconcurrency = 0\n"),
        "gateway.toml:3: 0 is not from 1 to 100000"
    );
    assert!(fault("\n[notify]\nattempts = -1\n").starts_with("gateway.toml:3: "));
    assert!(fault("operator_password_hash = \"secret\"\n").starts_with("gateway.toml:1: "));
    assert!(fault("amount_limit = \"1,000\"\n").starts_with("gateway.toml:1: "));
    assert!(fault("database = \"mysql://x\"\n").starts_with("gateway.toml:1: "));
    let short = fault("sandbox_key = \"tooshort\"\n");
    assert!(short.starts_with("gateway.toml:1: ") && !short.contains("tooshort"), "{short}");

    let flags = Flags { listen: Some("nowhere".into()), ..Flags::default() };
    assert!(with_file("", flags, &[]).unwrap_err().starts_with("--listen: "));
    let variable = with_file("", Flags::default(), &[("QRIS_SANDBOX", "maybe")]).unwrap_err();
    assert!(variable.starts_with("QRIS_SANDBOX: "), "{variable}");
    let missing = Flags { config: Some("no/such/file.toml".into()), ..Flags::default() };
    assert!(load(&missing, &|_| None).unwrap_err().to_string().starts_with("--config: no/such/file.toml"));
}

#[test]
fn a_database_is_shown_without_its_password() {
    for (url, shown) in [
        ("postgres://u:secret@h:5/d", "postgres://h:5/d"),
        ("postgresql://h/d?user=u&password=secret", "postgres://h:5432/d"),
        ("postgres://u:se?cret@h/d", "postgres://h:5432/d"),
    ] {
        assert_eq!(DatabaseUrl::parse(url).unwrap().public(), shown);
    }
}

#[test]
fn the_sandbox_stays_on_loopback_unless_forced() {
    let toml = "sandbox = true\nlisten = \"0.0.0.0:8080\"\n";
    let refused = with_file(toml, Flags::default(), &[]).unwrap_err();
    assert!(refused.starts_with("gateway.toml:2: the sandbox"), "{refused}");
    let forced = Flags { sandbox_anywhere: true, ..Flags::default() };
    assert!(with_file(toml, forced, &[]).unwrap().sandbox);
    let six = Flags { listen: Some("[::1]:0".into()), ..Flags::default() };
    assert!(with_file(toml, six, &[]).unwrap().sandbox);
    assert!(!with_file("listen = \"0.0.0.0:1\"\n", Flags::default(), &[]).unwrap().sandbox);
}
