//! Where settings come from, and what is said of bad ones.

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
    assert_eq!((file.sandbox, file.demo, file.limits.per_partner), (true, Some(true), 7));
    assert_eq!(file.limits.per_address, Limits::default().per_address);

    let variables = [
        ("QRIS_LISTEN", "127.0.0.2:2"),
        ("QRIS_DATABASE_URL", "sqlite://variable.db"),
        ("QRIS_PUBLIC_URL", "https://variable.example"),
        ("QRIS_MASTER_KEY_FILE", "variable.key"),
        ("QRIS_SANDBOX", "0"),
        ("QRIS_DEMO", "0"),
    ];
    let variable = with_file(toml, Flags::default(), &variables).unwrap();
    assert_eq!(variable.listen.to_string(), "127.0.0.2:2");
    assert_eq!(variable.database.public(), "sqlite://variable.db");
    assert_eq!(variable.public_url.as_deref(), Some("https://variable.example"));
    assert_eq!(variable.master_key_file, Some("variable.key".into()));
    assert!(!variable.sandbox);

    let flags = Flags::default()
        .with("listen", "127.0.0.1:1")
        .with("database", "sqlite://flag.db")
        .with("sandbox", "true")
        .with("demo", "false");
    let flag = with_file(toml, flags, &variables).unwrap();
    assert_eq!(
        (flag.listen.to_string().as_str(), flag.sandbox, flag.demo),
        ("127.0.0.1:1", true, Some(false))
    );
    assert_eq!(flag.database.public(), "sqlite://flag.db");

    let nothing = load(&Flags::default(), &|_| None).unwrap();
    assert_eq!(nothing.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(nothing.database.public(), "sqlite://qris.db");
    assert!(!nothing.has_demo() && !nothing.sandbox && nothing.admin_listen.is_none());
}

/// Real money must not know a partner whose keys lie in a file.
#[test]
fn a_demo_partner_is_the_sandbox_s_alone() {
    let has = |pairs: &[(&str, &str)]| {
        let flags = pairs.iter().fold(Flags::default(), |flags, (name, value)| flags.with(name, *value));
        load(&flags, &|_| None).map(|config| config.has_demo()).map_err(|error| error.to_string())
    };
    assert_eq!(has(&[]), Ok(false));
    assert_eq!(has(&[("sandbox", "true")]), Ok(true));
    assert_eq!(has(&[("sandbox", "true"), ("demo", "false")]), Ok(false));
    assert_eq!(has(&[("sandbox", "true"), ("demo", "true")]), Ok(true));
    assert_eq!(has(&[("demo", "false")]), Ok(false));
    let refused = has(&[("demo", "true")]).unwrap_err();
    assert!(refused.starts_with("--demo: ") && refused.contains("add --sandbox"), "{refused}");
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
    let hash = crate::password::hash("hush").unwrap();
    let alone = fault(&format!("\noperator_password_hash = {hash:?}\n"));
    assert!(alone.starts_with("gateway.toml:2: ") && alone.contains("admin_listen"), "{alone}");
    assert!(fault("operator_password_hash = \"secret\"\n").starts_with("gateway.toml:1: "));
    let bodies = fault("[limits]\nbodies_bytes = 16777216\nbody_bytes = 5000000\n");
    assert!(bodies.starts_with("gateway.toml:2: "), "{bodies}");
    assert!(fault("trusted_proxies = [\"10.0.0.0/33\"]\n").starts_with("gateway.toml:1: "));
    assert!(fault("trusted_proxies = \"10.0.0.0/8\"\n").starts_with("gateway.toml:1: "));
    assert!(fault("amount_limit = \"1,000\"\n").starts_with("gateway.toml:1: "));
    assert!(fault("database = \"mysql://x\"\n").starts_with("gateway.toml:1: "));
    let short = fault("sandbox_key = \"tooshort\"\n");
    assert!(short.starts_with("gateway.toml:1: ") && !short.contains("tooshort"), "{short}");

    let flags = Flags::default().with("listen", "nowhere");
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
        let database = DatabaseUrl::parse(url).unwrap();
        assert_eq!(
            (database.public(), format!("{database:?}")),
            (shown.to_owned(), format!("DatabaseUrl({shown})"))
        );
    }
}

#[test]
fn the_sandbox_stays_on_loopback_unless_forced() {
    let toml = "sandbox = true\nlisten = \"0.0.0.0:8080\"\n";
    let refused = with_file(toml, Flags::default(), &[]).unwrap_err();
    assert!(refused.starts_with("gateway.toml:2: the sandbox"), "{refused}");
    let forced = Flags::default().with("sandbox_anywhere", "true");
    assert!(with_file(toml, forced, &[]).unwrap().sandbox);
    let six = Flags::default().with("listen", "[::1]:0");
    assert!(with_file(toml, six, &[]).unwrap().sandbox);
    assert!(!with_file("listen = \"0.0.0.0:1\"\n", Flags::default(), &[]).unwrap().sandbox);
}

/// README's rows, a setting each.
fn table() -> String {
    let mut rows = String::from("| TOML | flag | environment | meaning | default |\n|---|---|---|---|---|\n");
    for setting in SETTINGS {
        let Setting { name, help, default, .. } = setting;
        let (flag, variable) = (setting.flag(), setting.variable());
        rows.push_str(&format!("| `{name}` | `--{flag}` | `{variable}` | {help} | {default} |\n"));
    }
    rows
}

/// `QRIS_BLESS=1` writes the table.
#[test]
fn readme_has_every_setting() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let start = readme.find("| TOML |").expect("a table of settings");
    let end = start + readme[start..].find("\n\n").unwrap() + 1;
    if std::env::var_os("QRIS_BLESS").is_some() {
        std::fs::write(path, format!("{}{}{}", &readme[..start], table(), &readme[end..])).unwrap();
    } else {
        assert_eq!(&readme[start..end], table(), "QRIS_BLESS=1 writes it");
    }
}

/// A text that is good for a setting and differs from what holds without it.
fn another(setting: &Setting) -> String {
    match (setting.kind, setting.name) {
        (Kind::Switch, "demo") => "false".to_owned(),
        (Kind::Switch, _) => "true".to_owned(),
        (_, "limits.bodies_bytes") => "77777777".to_owned(),
        (Kind::Number, _) => "7777".to_owned(),
        (Kind::List, _) => "10.0.0.0/8, 192.0.2.1".to_owned(),
        (_, "listen" | "admin_listen" | "health_listen") => "127.0.0.9:9".to_owned(),
        (_, "database") => "postgres://u:hush-hush-hush@h/d".to_owned(),
        (_, "public_url") => "https://another.example".to_owned(),
        (_, "sandbox_key") => "hush-hush-hush-hush".to_owned(),
        (_, "operator_password_hash") => crate::password::hash("hush").unwrap(),
        (_, "amount_limit") => "7.00".to_owned(),
        (_, "log") => "warn".to_owned(),
        (_, "traces") => "https://collector.example/otlp".to_owned(),
        _ => "another".to_owned(),
    }
}

#[test]
fn traces_want_a_url_without_a_password_and_the_feature() {
    let traces = |text: &str| load(&Flags::default().with("traces", text), &|_| None);
    for bad in ["collector.example", "ftp://collector.example", "https://me:hush@collector.example"] {
        let told = traces(bad).unwrap_err().to_string();
        assert!(told.contains("is no URL of a collector"), "{told}");
    }
    match traces("http://collector.example:4318/") {
        Ok(config) if cfg!(feature = "otel") => {
            assert_eq!(config.traces.as_deref(), Some("http://collector.example:4318"));
        }
        Err(error) if !cfg!(feature = "otel") => {
            assert_eq!(error.to_string(), "--traces: wants a program that was built with the feature otel");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_setting_comes_from_flag_variable_and_file() {
    // Without its feature it is refused from everywhere: the next test.
    let here = |setting: &&Setting| cfg!(feature = "otel") || setting.name != "traces";
    for setting in SETTINGS.iter().filter(here) {
        let mut good = another(setting);
        let probe = |text: &str| (setting.set)(&mut Config::default(), text);
        if probe(&good).is_err() {
            "30".clone_into(&mut good);
        }
        probe(&good).unwrap_or_else(|wrong| panic!("{}: {good} {wrong}", setting.name));
        let quoted = match setting.kind {
            Kind::Text | Kind::Secret => format!("{good:?}"),
            Kind::List => format!("[{good:?}]"),
            Kind::Number | Kind::Switch => good.clone(),
        };
        // What the operator's password, and what is deleted, want beside them.
        let admin = match setting.name {
            "admin_listen" => "",
            "retention.export_folder" => "admin_listen = \"127.0.0.8:8\"\n",
            _ => "admin_listen = \"127.0.0.8:8\"\nretention.export_folder = \"exports\"\n",
        };
        let ways = [
            with_file(admin, Flags::default().with(setting.name, &good), &[]),
            with_file(admin, Flags::default(), &[(&setting.variable(), &good)]),
            with_file(&format!("{} = {quoted}\n{admin}", setting.name), Flags::default(), &[]),
        ];
        let without = with_file(admin, Flags::default(), &[]).unwrap();
        for way in ways {
            let way = way.unwrap_or_else(|error| panic!("{}: {error}", setting.name));
            assert_ne!(everything(&way), everything(&without), "{}", setting.name);
            assert!(!format!("{way:?}").contains("hush"), "{way:?}");
        }
        // What cannot be read is said without the secret.
        let wrong = with_file("", Flags::default().with(setting.name, "hush\u{7}"), &[]);
        match (setting.kind, wrong) {
            (Kind::Secret, Err(error)) => assert!(!error.contains("hush"), "{error}"),
            (_, Err(error)) => assert!(error.starts_with(&format!("--{}: ", setting.flag())), "{error}"),
            (_, Ok(_)) => assert!(
                ["master_key_file", "log", "retention.export_folder"].contains(&setting.name),
                "any text may be one"
            ),
        }
    }
}

/// All of a configuration, secrets too.
fn everything(config: &Config) -> String {
    let (key, hash) = (&config.sandbox_key, &config.operator_password_hash);
    let (file, url, demo) = (&config.master_key_file, &config.public_url, config.demo);
    let (health, proxies) =
        ((config.health_listen, config.inspector, config.drain_delay), &config.trusted_proxies);
    let more = (config.admin_listen, config.sandbox_anywhere, config.amount_limit, &config.log);
    format!("{config:?} {key:?} {hash:?} {file:?} {url:?} {demo:?} {more:?} {health:?} {proxies:?}")
}
