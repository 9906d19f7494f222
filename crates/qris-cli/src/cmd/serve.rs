//! `qris serve`: the gateway.

mod door;

use std::path::PathBuf;
use std::time::Duration;

use qris_gateway::config::{Config, ConfigError, Flags, Kind, SETTINGS, load};
use qris_gateway::error::OperatorError;
use qris_gateway::keys::check_writable;
use qris_gateway::logs;
#[cfg(unix)]
use qris_gateway::server::hang_ups;
use qris_gateway::server::{Server, stop_signal};
use tokio::sync::mpsc;

use crate::output::{Failure, Outcome, Verdict, print_line, say};

/// Run a QRIS gateway: tokens, dynamic QR codes, notifications, payment pages
#[derive(Debug, clap::Args)]
#[command(after_help = "Without any option: http://127.0.0.1:8080 and the SQLite file qris.db.
--sandbox implies --demo: a demo partner and its merchant, with credentials in
qris-demo.json. Without --sandbox there is none, and one that a sandbox left in
the data is not taken.
Once it listens, one line of JSON on standard output says where; a sandbox on a
terminal says it in words, with three calls to begin with, and ends with its
terminal. Logs are JSON on standard error. A start that fails leaves no file.

Settings: flag, else environment (QRIS_CONFIG; --limits-body-bytes is
QRIS_LIMITS_BODY_BYTES, --database QRIS_DATABASE_URL), else the file of --config
([limits] body_bytes = 1024). On a command line others may read a secret.
SIGTERM and Ctrl-C end it in order within 10 seconds; SIGHUP reads the settings
again, for limits and logs.

Examples:
  qris serve --sandbox
  qris serve --config gateway.toml --check-config")]
pub(crate) struct Args {
    /// TOML file with settings.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: SettingFlags,
    /// Make no demo partner in the sandbox.
    #[arg(long)]
    no_demo: bool,
    /// Write the ready line to this file too, readable by its owner only.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Check the settings and end.
    #[arg(long)]
    check_config: bool,
}

/// A flag for each setting of the gateway.
struct SettingFlags(Vec<(String, String)>);

/// Names only: some values are secrets.
impl std::fmt::Debug for SettingFlags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl clap::Args for SettingFlags {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.args(SETTINGS.iter().map(|setting| {
            let arg = clap::Arg::new(setting.name)
                .long(setting.flag())
                .help(format!("{} [default: {}]", setting.help, setting.default));
            match setting.kind {
                Kind::Switch => {
                    arg.num_args(0..=1).require_equals(true).default_missing_value("true").value_name("BOOL")
                }
                Kind::Number => arg.value_name("NUMBER"),
                Kind::Text | Kind::Secret => arg.value_name("TEXT"),
                Kind::List => arg.value_name("LIST"),
            }
        }))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &clap::ArgMatches) -> Result<Self, clap::Error> {
        let given = SETTINGS.iter().filter_map(|setting| {
            let text = matches.get_one::<String>(setting.name)?;
            Some((setting.name.to_owned(), text.clone()))
        });
        Ok(SettingFlags(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &clap::ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
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
    let mut flags = Flags { config: args.config.clone(), settings: args.settings.0.clone() };
    if args.no_demo {
        flags = flags.with("demo", "false");
    }
    let config = load(&flags, &variable).map_err(OperatorError::from)?;
    if args.check_config {
        say("config", "good");
        return Ok(Verdict::Good);
    }
    let sent = logs::start(&config.log, config.traces.as_deref());
    let sent = sent.map_err(|why| Failure::Usage(format!("traces: {why}")))?;
    let runtime = runtime()?;
    let served = runtime.block_on(serve(config, flags, args.ready_file.as_deref()));
    // A unit of work that hangs in a storage that is gone must not hold up the end.
    runtime.shutdown_timeout(Duration::from_millis(500));
    sent.end(Duration::from_millis(400));
    served
}

async fn serve(config: Config, flags: Flags, ready_file: Option<&std::path::Path>) -> Outcome {
    // Before the ready line: who reads it may ask for the end at once.
    let stop = stop_signal()?;
    // A sandbox somebody looks at ends with its terminal; without one SIGHUP reads the settings again.
    let door = door::is_open(config.sandbox);
    let changes = read_again(flags, !door)?;
    // A start that fails leaves nothing behind: what can be known before is said before.
    ready_file.map(check_writable).transpose()?;
    let server = Server::start(config).await?.with_changes(changes);
    if let Some(path) = ready_file {
        server.ready().write_to(path)?;
    }
    let ready = server.ready().clone();
    if door {
        tokio::join!(server.run(stop), door::show(&ready));
    } else {
        print_line(&ready.line())?;
        server.run(stop).await;
    }
    Ok(Verdict::Good)
}

/// The configuration, each time SIGHUP asks for it.
fn read_again(
    flags: Flags,
    asked_by_signal: bool,
) -> Result<mpsc::Receiver<Result<Config, ConfigError>>, Failure> {
    let (changed, changes) = mpsc::channel(1);
    #[cfg(unix)]
    if asked_by_signal {
        let mut asked = hang_ups()?;
        tokio::spawn(async move {
            while asked.recv().await.is_some() {
                if changed.send(load(&flags, &variable)).await.is_err() {
                    break;
                }
            }
        });
    }
    #[cfg(not(unix))]
    drop((changed, flags));
    Ok(changes)
}
