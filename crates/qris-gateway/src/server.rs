//! A running gateway: started, announced, and ended in order.

mod fresh;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc, watch};

use crate::acquirer;
use crate::admin;
use crate::app::{App, Shared, Signing};
use crate::clock::Clock;
use crate::config::{Config, ConfigError, Limits};
use crate::counts::Counts;
use crate::crypto;
use crate::db::Store;
use crate::error::OperatorError;
use crate::http::{self, Bounds, Front, Http, Phase};
use crate::keys;
use crate::limiter::Limiter;
use crate::lines::Lines;
use crate::logs;
use crate::notify;
use crate::pages;
use crate::sandbox;
use crate::snap;
use crate::sweeper;
use fresh::Before;

/// For requests under way when the gateway is told to stop; with [`TASKS`] less than the 10 s that are promised.
const DRAIN: Duration = Duration::from_secs(6);
/// For the sender's tries under way, after that.
const TASKS: Duration = Duration::from_secs(2);
/// Open files that no connection of the public listener may use up: database, logs, sender, the other two listeners.
const RESERVE: usize = 256;
/// Connections without which a start makes no sense.
const FEWEST: usize = 64;
/// Connections of the operator's listener, and of the one for health.
const ASIDE: usize = 64;
/// Where the demo partner's credentials are written, in the working directory.
const DEMO_FILE: &str = "qris-demo.json";

/// The line that says a gateway listens, as written on standard output and in the ready file.
#[derive(Clone, Serialize)]
pub struct Ready {
    /// Always `ready`.
    pub event: &'static str,
    /// Where partners and people connect.
    pub url: String,
    /// Where the operator connects; none: no such listener.
    pub admin_url: Option<String>,
    /// Where health is asked; none: no such listener.
    pub health_url: Option<String>,
    /// The database, without a password.
    pub database: String,
    /// Whether there is a sandbox.
    pub sandbox: bool,
    /// Its key.
    pub sandbox_key: Option<String>,
    /// Credentials of the demo partner.
    pub demo_file: Option<String>,
}

/// Without the sandbox's key.
impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Ready {
    /// The line, without its end.
    pub fn line(&self) -> String {
        // Texts and switches only: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Writes the line to a file that only its owner can read: it holds the sandbox's key.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_to(&self, path: &Path) -> Result<(), OperatorError> {
        keys::write_private(path, format!("{}\n", self.line()).as_bytes(), true)
    }
}

/// A gateway that has opened its database and its listeners, and serves once [`Server::run`] is called.
#[derive(Debug)]
pub struct Server {
    app: Shared,
    listener: TcpListener,
    admin: Option<TcpListener>,
    health: Option<TcpListener>,
    connections: usize,
    changes: Option<mpsc::Receiver<Result<Config, ConfigError>>>,
    ready: Ready,
}

/// Where it is reached, before anything else of it is there.
struct Listeners {
    listener: TcpListener,
    url: String,
    admin: Option<TcpListener>,
    admin_url: Option<String>,
    health: Option<TcpListener>,
    health_url: Option<String>,
    connections: usize,
}

impl Server {
    /// Listens, opens and migrates the database, finds or makes keys and demo.
    ///
    /// # Errors
    /// Whatever of that fails, with what to do. A start that failed leaves no file behind that was not there before.
    pub async fn start(config: Config) -> Result<Server, OperatorError> {
        Server::start_in(config, &PathBuf::new()).await
    }

    /// As [`start`](Self::start), with the demo's files in another directory than the working directory.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn start_in(config: Config, folder: &Path) -> Result<Server, OperatorError> {
        // What may fail without the database comes before it.
        let connections = connections(config.limits.connections)?;
        let (listener, url) = listen(config.listen).await?;
        let (admin, admin_url) = listen_if(config.admin_listen).await?;
        let (health, health_url) = listen_if(config.health_listen).await?;
        let listeners = Listeners { listener, url, admin, admin_url, health, health_url, connections };
        let before = Before::look(&config, &folder.join(DEMO_FILE));
        let store = Store::open(&config.database).await?;
        let new = store.is_new();
        let started = Server::over(config, folder, store, listeners).await;
        if started.is_err() && new {
            before.restore().await;
        }
        started
    }

    /// With its database and its listeners open.
    async fn over(
        config: Config,
        folder: &Path,
        store: Store,
        listeners: Listeners,
    ) -> Result<Server, OperatorError> {
        let Listeners { listener, url, admin, admin_url, health, health_url, connections } = listeners;
        let keys = keys::open(&store, &config).await?;
        let public_url = config.public_url.clone().unwrap_or_else(|| url.clone());
        let sandbox_key = match (&config.sandbox_key, config.sandbox) {
            (_, false) => None,
            (Some(key), true) => Some(key.clone()),
            (None, true) => Some(crypto::random_token()?),
        };
        let clock = Clock::new();
        // Its keys are for everybody who reads the file: real money must not know it.
        let office = admin::Office { store: &store, keys: &keys, now: clock.now(), sandbox: config.sandbox };
        let barred = office.begin().await?;
        let demo_file = if config.has_demo() { office.demo(&folder.join(DEMO_FILE)).await? } else { None };
        let ready = Ready {
            event: "ready",
            url,
            admin_url,
            health_url,
            database: config.database.public(),
            sandbox: config.sandbox,
            sandbox_key: sandbox_key.clone(),
            demo_file: demo_file.map(|path| path.display().to_string()),
        };
        let app = Arc::new(App {
            public_url,
            store,
            clock,
            master_key: keys.master,
            key: Signing::new(keys.gateway),
            outbox: Notify::new(),
            sandbox_key,
            barred,
            partners: Limiter::new(config.limits.per_partner),
            counts: Counts::default(),
            lines: Lines::default(),
            config,
        });
        Ok(Server { app, listener, admin, health, connections, changes: None, ready })
    }

    /// What the ready line says.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// What its parts share.
    pub fn app(&self) -> &Shared {
        &self.app
    }

    /// Takes limits and log filter of configurations that come later; everything else in them waits for the next start, as do the
    /// life of tokens and a larger bound on bodies.
    #[must_use]
    pub fn with_changes(self, changes: mpsc::Receiver<Result<Config, ConfigError>>) -> Server {
        Server { changes: Some(changes), ..self }
    }

    /// Serves until `stop` is done, says so at `/readyz` for a while, then drains: ends streams of events, answers what was
    /// begun, ends the sender's tries, returns within 10 s.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        // The sender goes on while requests are drained: their events leave with it, or wait for the next start.
        let (task_stopper, task_stopped) = watch::channel(false);
        let (front, more) = front(&self.app);
        let http = Http::new(Arc::clone(&self.app), front);
        let config = &self.app.config;
        let bounds = watch::Sender::new(Bounds {
            trusted: Arc::clone(&config.trusted_proxies),
            ..bounds(&config.limits, self.connections)
        });
        let aside = Bounds { connections: ASIDE, of_address: ASIDE, ..bounds.borrow().clone() };
        let aside = watch::Sender::new(aside);
        let mut listeners = tokio::task::JoinSet::new();
        if let Some(admin) = self.admin {
            listeners.spawn(http::serve(
                admin,
                http::admin_router(&http, pages::operator_router()),
                aside.subscribe(),
                http.phase(),
            ));
        }
        if let Some(health) = self.health {
            listeners.spawn(http::serve(health, http::health_router(&http), aside.subscribe(), http.phase()));
        }
        listeners.spawn(http::serve(
            self.listener,
            http::router(&http, more),
            bounds.subscribe(),
            http.phase(),
        ));
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(notify::sender::run(Arc::clone(&self.app), task_stopped.clone()));
        tasks.spawn(acquirer::watch::run(Arc::clone(&self.app), task_stopped.clone()));
        tasks.spawn(sweeper::run(Arc::clone(&self.app), task_stopped));

        let follow = follow(self.changes, &http, &bounds);
        tokio::select! {
            () = stop => {}
            () = follow => {}
        }
        http.enter(Phase::Leaving);
        tokio::time::sleep(config.drain_delay).await;
        tracing::info!("stopping: no new connections, requests under way are answered");
        http.enter(Phase::Draining);
        while listeners.join_next().await.is_some() {}
        task_stopper.send_replace(true);
        let ended = tokio::time::timeout(TASKS, async { while tasks.join_next().await.is_some() {} });
        if ended.await.is_err() {
            tracing::warn!("a notification was under way; its lease ends, and another sender takes it");
        }
        tracing::info!("stopped");
    }
}

/// Who answers services, and the routes beside them. The sandbox is around everything, so that nothing knows of it.
fn front(app: &App) -> (Front, Router<Shared>) {
    let front: Front = match app.sandbox_key {
        Some(_) => |app, request| Box::pin(async move { sandbox::answer(&app, request).await }),
        None => |app, request| Box::pin(async move { snap::answer(&app, request).await }),
    };
    (front, sandbox::router().merge(pages::router()))
}

/// The bounds of the public listener, but for whom it trusts.
fn bounds(limits: &Limits, connections: usize) -> Bounds {
    Bounds {
        connections,
        of_address: limits.connections_per_address.min(connections / 2),
        trusted: Arc::default(),
        head: limits.request_time,
        drain: DRAIN,
    }
}

/// Takes limits and log filter of the configurations that come; never done.
async fn follow(
    changes: Option<mpsc::Receiver<Result<Config, ConfigError>>>,
    http: &Http,
    public: &watch::Sender<Bounds>,
) {
    let Some(mut changes) = changes else { return std::future::pending().await };
    while let Some(changed) = changes.recv().await {
        let Config { limits, log, .. } = match changed {
            Ok(config) => config,
            Err(error) => {
                tracing::error!(%error, "the configuration stays as it was");
                continue;
            }
        };
        logs::change(&log);
        http.limit(limits);
        match connections(limits.connections) {
            Ok(connections) => public.send_modify(|now| {
                *now = Bounds { trusted: Arc::clone(&now.trusted), ..bounds(&limits, connections) };
            }),
            Err(error) => tracing::error!(%error, "connections keep their bounds"),
        }
        tracing::info!("limits and logs are as configured now");
    }
    std::future::pending().await
}

/// Where a listener is reached from this machine.
fn url_of(mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(four) if four.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(six) if six.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    format!("http://{address}")
}

/// A listener and how it is reached.
async fn listen(wanted: SocketAddr) -> Result<(TcpListener, String), OperatorError> {
    let failed = |error| OperatorError::Io(format!("cannot listen on {wanted}"), error);
    let listener = TcpListener::bind(wanted).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, url_of(address)))
}

async fn listen_if(
    wanted: Option<SocketAddr>,
) -> Result<(Option<TcpListener>, Option<String>), OperatorError> {
    let Some(wanted) = wanted else { return Ok((None, None)) };
    listen(wanted).await.map(|(listener, url)| (Some(listener), Some(url)))
}

/// How many connections there may be: as many as wanted, or as the process may open files for.
fn connections(wanted: usize) -> Result<usize, OperatorError> {
    let files = open_files();
    let room = files.saturating_sub(RESERVE);
    if room >= wanted {
        return Ok(wanted);
    }
    let raise =
        format!("{wanted} connections need {} (ulimit -n, LimitNOFILE=)", wanted.saturating_add(RESERVE));
    if room < FEWEST {
        return Err(OperatorError::Usage(format!(
            "only {files} files may be open, too few for a gateway: {raise}"
        )));
    }
    tracing::warn!("only {files} files may be open: at most {room} connections at once; {raise}");
    Ok(room)
}

/// Open files this process may have, after it has taken all it may take.
fn open_files() -> usize {
    #[cfg(unix)]
    {
        let raised = rlimit::increase_nofile_limit(u64::MAX).or_else(|_| rlimit::Resource::NOFILE.get_soft());
        raised.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX))
    }
    #[cfg(not(unix))]
    usize::MAX
}

/// Done when the process is asked to end: SIGTERM or Ctrl-C, counted from the call on.
///
/// # Errors
/// When the operating system does not let us listen for them.
pub fn stop_signal() -> Result<impl Future<Output = ()>, OperatorError> {
    let failed = |error| OperatorError::Io("cannot wait for signals".to_owned(), error);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        let _ = failed;
        Ok(async {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}

/// The times the process is asked to read its configuration again: SIGHUP, counted from the call on.
///
/// # Errors
/// When the operating system does not let us listen for it.
#[cfg(unix)]
pub fn hang_ups() -> Result<tokio::signal::unix::Signal, OperatorError> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::hangup())
        .map_err(|error| OperatorError::Io("cannot wait for signals".to_owned(), error))
}
