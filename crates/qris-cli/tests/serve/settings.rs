//! Settings, keys and passwords, and what is said of bad ones.

use super::*;

#[test]
fn bad_settings_exit_2_and_name_their_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("g.toml"), "# gateway\nlisten = \"127.0.0.1:0\"\nlimit = 3\n").unwrap();
    std::fs::write(folder.path().join("good.toml"), "demo = false\n[limits]\nper_partner = 10\n").unwrap();
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = serve_in(folder.path(), args);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), stderr, output.stdout)
    };
    let (code, stderr, _) = run(&["--config", "g.toml", "--check-config"], &[]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("g.toml:3: unknown field"), "{stderr}");
    let (code, stderr, _) = run(&["--config", "g.toml"], &[]);
    assert_eq!(code, Some(2), "{stderr}");
    let (code, stderr, stdout) = run(&["--config", "good.toml", "--check-config"], &[]);
    assert_eq!((code, stdout.len()), (Some(0), 0), "{stderr}");
    let (code, stderr, _) = run(&["--check-config"], &[("QRIS_LISTEN", "nowhere")]);
    assert!(code == Some(2) && stderr.contains("QRIS_LISTEN"), "{stderr}");
    let (code, stderr, _) = run(&["--check-config"], &[("QRIS_CONFIG", "g.toml")]);
    assert!(code == Some(2) && stderr.contains("g.toml:3"), "{stderr}");
    let (code, stderr, _) = run(&["--sandbox", "--listen", "0.0.0.0:0"], &[]);
    assert!(code == Some(2) && stderr.contains("--listen: the sandbox"), "{stderr}");
    let (code, stderr, _) = run(&["--database", "sqlite:///no/such/directory/x.db"], &[]);
    assert!(code == Some(2) && stderr.contains("/no/such/directory/x.db"), "{stderr}");

    let secret = ("QRIS_DATABASE_URL", "postgresq://u:hush@h/d");
    let (code, stderr, _) = run(&["--check-config"], &[secret]);
    assert!(code == Some(2) && stderr.contains("QRIS_DATABASE_URL") && !stderr.contains("hush"), "{stderr}");
    let (code, stderr, _) = run(&["--check-config", "--limits-body-bytes", "5"], &[]);
    assert!(code == Some(2) && stderr.contains("--limits-body-bytes: 5 is not from 1024"), "{stderr}");
    let (code, stderr, _) = run(&["--check-config", "--limits-body-bytes", "5000"], &[]);
    assert_eq!(code, Some(0), "{stderr}");

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, stderr, stdout) = run(&["--listen", &address, "--no-demo"], &[]);
    assert!(code == Some(2) && stderr.contains("cannot listen"), "{stderr}");
    assert!(stdout.is_empty());
}

#[test]
fn the_master_key_is_found_from_any_directory() {
    let folder = tempfile::tempdir().unwrap();
    let (key, database) = (folder.path().join("k/master"), folder.path().join("d/x.db"));
    std::fs::create_dir(folder.path().join("d")).unwrap();
    let database = format!("sqlite://{}", database.display());
    let command = |args: &[&str], named: bool| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qris"));
        command.args(["gateway"]).args(args).args(["--database", &database]).current_dir(folder.path());
        command.env_remove("QRIS_MASTER_KEY_FILE");
        if named {
            command.env("QRIS_MASTER_KEY_FILE", &key);
        }
        command.output().unwrap().status.code()
    };
    assert_eq!(command(&["migrate"], false), Some(0));
    assert!(!key.exists());
    assert_eq!(command(&["partner", "list"], true), Some(0));
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(command(&["partner", "list"], false), Some(0), "the database remembers where it is");
    std::fs::remove_file(&key).unwrap();
    assert_eq!(command(&["partner", "list"], false), Some(2), "no new key for old secrets");
    assert!(!key.exists());
}

#[test]
fn a_password_becomes_a_hash_the_configuration_takes() {
    let hash = qris_with(&["gateway", "password-hash"], b"correct horse battery\n");
    assert_eq!(hash.code, 0, "{}", hash.stderr);
    assert!(hash.line().starts_with("$argon2id$v=19$"), "{}", hash.line());
    qris_gateway::password::check_hash(&hash.line()).unwrap();
    for refused in ["\n".to_owned(), "x".repeat(1025)] {
        assert_eq!(qris_with(&["gateway", "password-hash"], refused.as_bytes()).code, 2);
    }
}

/// Real money must not know a partner whose keys lie in a file.
#[test]
fn the_demo_partner_is_the_sandbox_s_alone() {
    let serve = Serve::start(&[]);
    assert_eq!(serve.ready["demo_file"], Value::Null);
    assert!(!serve.folder.path().join("qris-demo.json").exists());
    assert_eq!(serve.gateway(&["partner", "list", "--json"]).json(), json!([]));
    let sandbox = Serve::start(&["--sandbox"]);
    assert_eq!(sandbox.gateway(&["partner", "list", "--json"]).json().as_array().unwrap().len(), 1);
    let without = Serve::start(&["--sandbox=true", "--demo=false"]);
    assert_eq!(without.ready["demo_file"], Value::Null);
}

#[test]
fn too_few_files_are_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let run = |files: u32, rest: &str| {
        let program = env!("CARGO_BIN_EXE_qris");
        let script = format!("ulimit -n {files}; exec {rest} {program} serve --listen 127.0.0.1:0");
        let output = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, stderr) = run(200, "");
    assert!(code == Some(2) && stderr.contains("only 200 files may be open"), "{stderr}");
    let (_, stderr) = run(1024, "timeout 5");
    assert!(stderr.contains("at most 768 connections"), "{stderr}");
}
