//! A whole gateway behind a socket, in this process.
#![allow(dead_code, unreachable_pub)] // Each test file uses its part.

use qris_gateway::app::Shared;
use qris_gateway::config::Config;
use qris_gateway::db::DatabaseUrl;
use qris_gateway::server::Server;
use tokio::task::JoinHandle;

/// A sandbox that ends with its runtime.
pub struct Running {
    pub folder: tempfile::TempDir,
    pub config: Config,
    pub url: String,
    pub sandbox_key: String,
    pub app: Shared,
    pub task: JoinHandle<()>,
}

impl Running {
    /// In a folder of its own, at a free port.
    pub async fn start() -> Running {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            database: DatabaseUrl::Sqlite(folder.path().join("qris.db")),
            sandbox: true,
            demo: Some(false),
            ..Config::default()
        };
        Running::over(folder, config).await
    }

    /// On what another one left.
    pub async fn over(folder: tempfile::TempDir, config: Config) -> Running {
        let server = Server::start_in(config.clone(), folder.path()).await.unwrap();
        let (ready, app) = (server.ready().clone(), server.app().clone());
        let config = Config { listen: ready.url.strip_prefix("http://").unwrap().parse().unwrap(), ..config };
        let task = tokio::spawn(server.run(std::future::pending()));
        Running { folder, config, url: ready.url, sandbox_key: ready.sandbox_key.unwrap(), app, task }
    }
}
