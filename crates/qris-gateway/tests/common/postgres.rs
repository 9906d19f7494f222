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
        let server = Postgres::serve(directory.path());
        let postgres = Postgres { server, directory, databases: std::cell::Cell::new(0) };
        postgres.wait();
        postgres
    }

    fn serve(directory: &Path) -> Child {
        let log = std::fs::File::create(directory.join("log")).unwrap();
        let mut server = as_user(directory, "postgres");
        server
            .arg("-D")
            .arg(directory.join("data"))
            .arg("-k")
            .arg(directory)
            .args(["-c", "listen_addresses=", "-c", "max_connections=200", "-c", "fsync=off"])
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
        format!("postgresql://qris@{socket}/{database}")
    }

    /// Stops the server at once, as a power cut would.
    pub fn kill(&mut self) {
        stop(&mut self.server);
    }

    /// Starts a stopped server again with the same data.
    pub fn restart(&mut self) {
        // After a crash the lock file is still there; the server sees by itself that nobody holds it.
        self.server = Postgres::serve(self.directory.path());
        self.wait();
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
