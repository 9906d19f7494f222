//! `qris serve`: the gateway.

use std::path::PathBuf;

use qris_gateway::config::{Config, Flags, load};
use qris_gateway::error::OperatorError;
use qris_gateway::logs;
use qris_gateway::server::{Server, stop_signal};

use crate::output::{Failure, Outcome, Verdict, print_line, say};

/// Run a QRIS gateway: tokens, dynamic QR codes, notifications, payment pages
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without any option: http://127.0.0.1:8080, the SQLite file qris.db and a demo partner, whose
credentials are in qris-demo.json.
Once it listens, one line of JSON on standard output says where; logs are JSON on standard error.

Settings: flag, else environment (QRIS_CONFIG, QRIS_LISTEN, QRIS_DATABASE_URL, QRIS_SANDBOX,
QRIS_MASTER_KEY_FILE, QRIS_PUBLIC_URL), else the file of --config. QRIS_LOG chooses what is logged.
SIGTERM and Ctrl-C end it in order within 10 seconds.

Examples:
  qris serve --sandbox
  qris serve --config gateway.toml --check-config"
)]
pub(crate) struct Args {
    /// TOML file with settings.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where partners and people connect; port 0 is any free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Where the operator connects: /metrics, /healthz, /readyz.
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<String>,
    /// sqlite://PATH or postgres://…
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Pay without money, move the clock, see why requests were refused. On loopback only.
    #[arg(long)]
    sandbox: bool,
    /// Let the sandbox listen on other addresses than loopback.
    #[arg(long)]
    sandbox_anywhere: bool,
    /// Make no demo partner.
    #[arg(long)]
    no_demo: bool,
    /// Write the ready line to this file too, readable by its owner only.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Check the settings and end.
    #[arg(long)]
    check_config: bool,
}

impl From<OperatorError> for Failure {
    fn from(error: OperatorError) -> Failure {
        match error {
            OperatorError::Refused(text) => Failure::Refused(text),
            OperatorError::Io(what, error) => Failure::Io(what, error),
            other => Failure::Usage(other.to_string()),
        }
    }
}

/// An environment variable; one that is not UTF-8 cannot be a setting of ours.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A runtime for what this command does.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let made = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    made.map_err(|error| Failure::Io("cannot start threads".into(), error))
}

pub(crate) fn run(args: &Args) -> Outcome {
    let flags = Flags {
        config: args.config.clone(),
        listen: args.listen.clone(),
        admin_listen: args.admin_listen.clone(),
        database: args.database.clone(),
        sandbox: args.sandbox,
        sandbox_anywhere: args.sandbox_anywhere,
        no_demo: args.no_demo,
    };
    let config = load(&flags, &variable).map_err(OperatorError::from)?;
    if args.check_config {
        say("config", "good");
        return Ok(Verdict::Good);
    }
    logs::start();
    let runtime = runtime()?;
    let served = runtime.block_on(serve(config, args.ready_file.as_deref()));
    // A unit of work that hangs in a storage that is gone must not hold up the end.
    runtime.shutdown_timeout(std::time::Duration::from_millis(500));
    served
}

async fn serve(config: Config, ready_file: Option<&std::path::Path>) -> Outcome {
    // Before the ready line: who reads it may ask for the end at once.
    let stop = stop_signal()?;
    let server = Server::start(config).await?;
    if let Some(path) = ready_file {
        server.ready().write_to(path)?;
    }
    print_line(&server.ready().line())?;
    server.run(stop).await;
    Ok(Verdict::Good)
}
