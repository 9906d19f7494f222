//! A private PostgreSQL server for one test binary: a new cluster in a directory of its own, reachable over a Unix
//! socket only, gone with the value.
//!
//! initdb refuses to run as root, so a root process hands the work to an ordinary user (`nobody`) with setpriv.
//! Binaries: Debian's, or whatever `QRIS_POSTGRES_BIN` names.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use qris_gateway::db::DatabaseUrl;

const BINARIES: &str = "/usr/lib/postgresql/15/bin";
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. Dropping it stops it and removes its files.
pub struct Postgres {
    server: Child,
    directory: tempfile::TempDir,
    databases: std::cell::Cell<u32>,
    port: u16,
}

impl Postgres {
    /// Makes a cluster and starts it.
    pub fn start() -> Postgres {
        apart(Postgres::start_here)
    }

    fn start_here() -> Postgres {
        // A socket's path has at most 107 bytes: not below a long TMPDIR.
        let directory = tempfile::Builder::new().prefix("qpg").tempdir_in("/tmp").unwrap();
        let data = directory.path().join("data");
        let mut make = as_user(&directory_for(directory.path()), "initdb");
        let made = make
            .args(["--auth=trust", "--username=qris", "--encoding=UTF8", "--no-locale", "--no-sync", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status()
            .expect("initdb of PostgreSQL 15 is needed: apt-get install postgresql-15");
        assert!(made.success(), "initdb");
        let server = Postgres::serve(directory.path(), &[]);
        let postgres = Postgres { server, directory, databases: std::cell::Cell::new(0), port: 5432 };
        postgres.wait();
        postgres
    }

    /// The same over TCP, with the certificate `server.crt` of a folder, these rules for connections, and the databases
    /// `tls`, `plain`, `either` and `cert`.
    pub fn start_with_tls(certificates: &Path, rules: &str) -> Postgres {
        let mut postgres = Postgres::start();
        let address = postgres.address("postgres");
        apart(|| {
            let mut client = ::postgres::Client::connect(&address, ::postgres::NoTls).unwrap();
            for name in ["tls", "plain", "either", "cert"] {
                client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
            }
        });
        stop(&mut postgres.server);
        let directory = postgres.directory.path();
        for name in ["server.crt", "server.key", "ca.crt"] {
            std::fs::copy(certificates.join(name), directory.join("data").join(name)).unwrap();
        }
        let given = Command::new("sh")
            .arg("-c")
            .arg("chmod 600 data/server.key; [ $(id -u) != 0 ] || chown nobody data/server.* data/ca.crt")
            .current_dir(directory)
            .status();
        assert!(given.unwrap().success());
        std::fs::write(directory.join("data/pg_hba.conf"), format!("local all all trust\n{rules}")).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        postgres.port = listener.local_addr().unwrap().port();
        drop(listener);
        let port = format!("port={}", postgres.port);
        let more = [
            "ssl=on",
            "ssl_cert_file=server.crt",
            "ssl_key_file=server.key",
            "ssl_ca_file=ca.crt",
            "listen_addresses=127.0.0.1",
            &port,
        ];
        postgres.server = Postgres::serve(directory, &more);
        postgres.wait();
        postgres
    }

    /// Where it listens, when it does so over TCP.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Runs a statement in a transaction that lasts until the value is dropped.
    pub fn hold(&self, url: &DatabaseUrl, sql: &str) -> Held {
        let DatabaseUrl::Postgres(address) = url else { panic!("not PostgreSQL") };
        let (address, sql) = (address.clone(), sql.to_owned());
        let (begun, wait) = std::sync::mpsc::channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            let mut client = ::postgres::Client::connect(&address, ::postgres::NoTls).unwrap();
            client.batch_execute(&format!("BEGIN; {sql}")).unwrap();
            begun.send(()).unwrap();
            let _ = released.recv();
            client.batch_execute("ROLLBACK").unwrap();
        });
        wait.recv().unwrap();
        Held { release: Some(release), thread: Some(thread) }
    }

    fn serve(directory: &Path, settings: &[&str]) -> Child {
        let log = std::fs::File::create(directory.join("log")).unwrap();
        let mut server = as_user(directory, "postgres");
        server
            .arg("-D")
            .arg(directory.join("data"))
            .arg("-k")
            .arg(directory)
            .args(["-c", "listen_addresses=", "-c", "max_connections=200", "-c", "fsync=off"])
            .args(settings.iter().flat_map(|setting| ["-c", setting]))
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        server.spawn().unwrap()
    }

    fn wait(&self) {
        let address = self.address("postgres");
        let end = Instant::now() + PATIENCE;
        while apart(|| ::postgres::Client::connect(&address, ::postgres::NoTls).is_err()) {
            let log = || std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < end, "PostgreSQL did not start: {}", log());
            sleep(Duration::from_millis(50));
        }
    }

    /// A new, empty database.
    pub fn database(&self) -> DatabaseUrl {
        let number = self.databases.get() + 1;
        self.databases.set(number);
        let name = format!("test{number}");
        let address = self.address("postgres");
        apart(|| {
            let mut client = ::postgres::Client::connect(&address, ::postgres::NoTls).unwrap();
            client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        });
        DatabaseUrl::Postgres(self.address(&name))
    }

    fn address(&self, database: &str) -> String {
        let socket = self.directory.path().display().to_string().replace('/', "%2F");
        format!("postgresql://qris@{socket}:{}/{database}", self.port)
    }

    /// Stops the server at once, as a power cut would.
    pub fn kill(&mut self) {
        stop(&mut self.server);
    }

    /// Starts a stopped server again with the same data.
    pub fn restart(&mut self) {
        // After a crash the lock file is still there; the server sees by itself that nobody holds it.
        self.server = Postgres::serve(self.directory.path(), &[]);
        self.wait();
    }
}

/// A transaction that is held open.
pub struct Held {
    release: Option<std::sync::mpsc::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.release.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        stop(&mut self.server);
    }
}

/// Ends a server without a farewell. A signal that comes before it listens for signals is lost, so it is repeated.
/// setpriv puts the server into its own place, so the child's id is the server's.
fn stop(server: &mut Child) {
    let end = Instant::now() + PATIENCE;
    while matches!(server.try_wait(), Ok(None)) {
        if Instant::now() > end {
            let _ = server.kill();
        }
        let _ = Command::new("kill").args(["-QUIT", &server.id().to_string()]).status();
        sleep(Duration::from_millis(50));
    }
}

/// Runs on a thread of its own: the blocking client refuses to work inside an asynchronous test.
fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

/// Hands a directory to the user that will run the server.
fn directory_for(directory: &Path) -> PathBuf {
    if is_root() {
        let given = Command::new("chown").arg("nobody").arg(directory).status().unwrap();
        assert!(given.success(), "chown");
    }
    directory.to_owned()
}

fn as_user(directory: &Path, program: &str) -> Command {
    let binaries = std::env::var("QRIS_POSTGRES_BIN").unwrap_or_else(|_| BINARIES.to_owned());
    let program = Path::new(&binaries).join(program);
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(directory);
    command
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}
