use std::os::unix::process::CommandExt as _;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Failure;
use crate::programs::{Programs, run};

/// Of the server's one user, who may do everything. Recognisable, so that a test can look for it where it must not be.
pub const PASSWORD: &str = "s3same-0pen-pg";

/// What the keeper does: waits until nobody holds the other end of its standard input, then stops the server and clears up.
const KEEPER: &str = "cat >/dev/null; \"$1\" -D \"$2/data\" -m immediate stop >/dev/null 2>&1; rm -rf \"$2\"";

/// Not durable, and as small as it gets.
const SETTINGS: &str = "-c listen_addresses= -c fsync=off -c max_connections=100 -c shared_buffers=16MB \
                        -c autovacuum=off -c log_statement=none";

/// A server of one's own, for tests that stop and start it. It ends when this is dropped or the process is gone.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    folder: String,
    keeper: Child,
    databases: AtomicU32,
}

impl Cluster {
    /// Makes a server and starts it; `None` where there is no PostgreSQL and none is required.
    ///
    /// # Errors
    /// When it does not start; when there is none and one is required.
    pub fn start() -> Result<Option<Self>, Failure> {
        let Some(programs) = Programs::find()? else { return Ok(None) };
        let folder = run(programs.as_server("mktemp").args(["-d", "-t", "ticketgate-pg-XXXXXX"]))?;
        let keeper = programs
            .as_server("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(programs.path("pg_ctl"))
            .arg(&folder)
            .current_dir("/")
            // A signal to the test and all it started must not reach whoever clears up after it.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let cluster = Self { programs, folder, keeper, databases: AtomicU32::new(0) };
        let write_password = "printf %s \"$1\" > \"$2/password\"";
        run(cluster.programs.as_server("sh").args(["-c", write_password, "sh", PASSWORD, &cluster.folder]))?;
        run(cluster
            .programs
            .command("initdb")
            .args(["-D", &cluster.data(), "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8"])
            .arg(format!("--pwfile={}/password", cluster.folder))
            .args(["--no-sync", "--no-instructions", "--locale=C.UTF-8"]))?;
        cluster.go_on()?;
        Ok(Some(cluster))
    }

    fn data(&self) -> String {
        format!("{}/data", self.folder)
    }

    /// Starts the server again after [`Cluster::stop`].
    ///
    /// # Errors
    /// When it does not start.
    pub fn go_on(&self) -> Result<(), Failure> {
        let (log, socket) = (format!("{}/log", self.folder), format!("{SETTINGS} -k {}", self.folder));
        let mut command = self.programs.command("pg_ctl");
        command.args(["-D", &self.data(), "-w", "-s", "-l", &log, "-o", &socket, "start"]);
        // The server would keep a pipe of ours open as long as it lives.
        let status = command.current_dir("/").stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        if status.success() { Ok(()) } else { Err("the PostgreSQL server did not start".into()) }
    }

    /// Stops the server as a crash would: connections break in the middle of what they do.
    ///
    /// # Errors
    /// When it does not stop.
    pub fn stop(&self) -> Result<(), Failure> {
        run(self.programs.command("pg_ctl").args(["-D", &self.data(), "-w", "-s", "-m", "immediate", "stop"]))
            .map(drop)
    }

    /// The URL of a new and empty database.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn database(&self) -> Result<String, Failure> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(format!("postgres://postgres:{PASSWORD}@{}/{name}", self.folder.replace('/', "%2F")))
    }

    /// Lets the server's own program carry out a statement in a database, and answers what it prints.
    ///
    /// # Errors
    /// With the server's words.
    pub fn sql(&self, database: &str, statement: &str) -> Result<String, Failure> {
        run(self.programs.command("psql").env("PGPASSWORD", PASSWORD).args([
            "-h",
            &self.folder,
            "-U",
            "postgres",
            "-d",
            database,
            "-Atqc",
            statement,
        ]))
    }

    /// What the server has logged.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn log(&self) -> Result<String, Failure> {
        Ok(std::fs::read_to_string(format!("{}/log", self.folder))?)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The keeper sees the end of its input and does the rest.
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}
