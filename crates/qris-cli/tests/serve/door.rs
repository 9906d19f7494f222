//! What a newcomer meets: the words of a start on a terminal, and the quickstart of the README.

use super::*;

/// A shell in a folder, with this `qris` on its path and nothing of the tester's settings.
fn shell(folder: &Path, script: &str) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_qris"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-ec", script]).current_dir(folder).env("PATH", path).env("TERM", "dumb");
    for name in ["CONFIG", "LISTEN", "DATABASE_URL", "SANDBOX", "MASTER_KEY_FILE", "PUBLIC_URL", "LOG"] {
        command.env_remove(format!("QRIS_{name}"));
    }
    command
}

fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// From `serve` to a paid and notified transaction, as the README has it.
#[test]
fn the_quickstart_of_the_readme_runs() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let blocks = readme.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let block =
        blocks.into_iter().find(|block| block.contains("qris serve --sandbox")).expect("a quickstart");
    assert_eq!(block.lines().count(), 10, "ten lines are promised:\n{block}");

    let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
    let script = block
        .replace("http://127.0.0.1:8080", &format!("http://{address}"))
        .replace("serve --sandbox", &format!("serve --sandbox --listen {address}"));
    let ended = "trap 'kill $(jobs -p) 2> /dev/null || :' EXIT\n";
    let output = shell(folder.path(), &format!("{ended}{script}")).output().unwrap();
    let (text, log) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{text}\n{log}");
    for part in ["\"responseCode\":\"2004700\"", "notification          delivered", ",total,1,15000.00,"] {
        assert!(text.contains(part), "{part}:\n{text}\n{log}");
    }
    assert!(text.lines().any(|line| line.contains(" paid ") && line.contains(" delivered ")), "{text}");
}

/// `qris serve` on a terminal of 80 columns, and what it printed up to a line.
struct Terminal {
    child: Child,
    shown: String,
    folder: tempfile::TempDir,
}

impl Terminal {
    fn start(args: &str, (last, times): (&str, usize)) -> Terminal {
        let folder = tempfile::tempdir().unwrap();
        // With the signal of a terminal that closes, which is ignored where the tests run under nohup.
        let serve = format!("exec env --default-signal=HUP qris serve {args} 2> log");
        let inner = format!("stty cols 80; echo $$ > pid; {serve}");
        let script = format!("exec script -qefc '{inner}' /dev/null");
        let mut child = shell(folder.path(), &script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let mut shown = String::new();
        while shown.matches(last).count() < times {
            let line = lines.next().unwrap_or_else(|| panic!("it ended:\n{shown}")).unwrap();
            shown.push_str(line.trim_end());
            shown.push('\n');
        }
        Terminal { child, shown, folder }
    }

    fn pid(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("pid")).unwrap_or_default().trim().to_owned()
    }

    /// The value of a line.
    fn value(&self, name: &str) -> &str {
        let line = self.shown.lines().find(|line| line.trim_start().starts_with(name));
        line.unwrap_or_else(|| panic!("{name}:\n{}", self.shown)).trim_start()[name.len()..].trim()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // What is no sandbox takes a terminal that goes away for the wish to read its settings again.
        let _ = Command::new("kill").arg(self.pid()).status();
        let _ = self.child.wait();
    }
}

#[test]
fn a_sandbox_on_a_terminal_says_where_everything_is_and_its_calls_work_when_pasted() {
    let (address, admin) = (free_address(), free_address());
    let terminal =
        Terminal::start(&format!("--sandbox --listen {address} --admin-listen {admin}"), ("--body -", 2));
    let url = format!("http://{address}");
    let shown = &terminal.shown;
    for (name, path) in [("home", "/"), ("API", "/docs"), ("inspector", "/inspect")] {
        assert_eq!(terminal.value(name), format!("{url}{path}"));
        assert_eq!(get(&url, path).status, 200, "{name}");
    }
    assert_eq!(terminal.value("operator"), format!("http://{admin}/operator"));
    let page = terminal.value("payment page").strip_prefix(&url).unwrap();
    let page = get(&url, page);
    let body = String::from_utf8_lossy(&page.body);
    assert!(page.status == 200 && body.contains("/simulate"), "{body}");
    let demo = Partner::of_file(terminal.folder.path().join(terminal.value("all of it")).to_str().unwrap());
    assert_eq!(terminal.value("demo partner"), demo.text("client_id"));
    assert_eq!(terminal.value("client secret"), demo.text("client_secret"));
    assert!(terminal.folder.path().join(terminal.value("private key")).is_file(), "{shown}");

    // What is to be copied stands farther in than the words about it.
    let calls = shown.split("in this folder:\n").nth(1).unwrap();
    let calls: Vec<&str> = calls.split("\n\n").filter(|call| !call.trim().is_empty()).collect();
    assert_eq!(calls.len(), 3, "{shown}");
    let paste = |call: &str| {
        let output = shell(terminal.folder.path(), call).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{call}\n{text}{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let made = paste(calls[0]);
    assert_eq!(made["responseCode"], "2004700");
    assert_eq!(paste(calls[1])["referenceNo"], made["referenceNo"]);
    assert_eq!(paste(calls[2])["latestTransactionStatus"], "00");
    let widest = calls.iter().flat_map(|call| call.lines()).map(str::len).max().unwrap();
    assert!(widest <= 80 + env!("CARGO_BIN_EXE_qris").len(), "{widest}: {shown}");
}

/// It stayed, and kept its port.
#[test]
fn a_sandbox_ends_with_its_terminal() {
    let address = free_address();
    let mut terminal = Terminal::start(&format!("--sandbox --listen {address}"), ("--body -", 2));
    assert_eq!(get(&format!("http://{address}"), "/healthz").status, 200);
    let _ = terminal.child.kill();
    wait_for(|| std::net::TcpStream::connect(&address).is_err().then_some(Value::Null));
}

#[test]
fn where_money_is_real_a_terminal_gets_the_ready_line() {
    let terminal = Terminal::start(&format!("--listen {}", free_address()), ("ready", 1));
    let ready: Value = serde_json::from_str(&terminal.shown).unwrap();
    assert_eq!((&ready["event"], &ready["sandbox"]), (&json!("ready"), &json!(false)));
    let terminal =
        Terminal::start(&format!("--sandbox --no-demo --listen {}", free_address()), ("sandbox key", 1));
    assert!(!terminal.shown.contains("payment page"), "{}", terminal.shown);
}
