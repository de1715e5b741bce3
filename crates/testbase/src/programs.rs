//! Where the server's programs are, and as whom they run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Failure, REQUIRED};

/// Where Debian keeps them, one folder a version, and not on the path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The programs of one version.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    folder: PathBuf,
    /// Whether they have to run as somebody else.
    root: bool,
}

impl Programs {
    /// Those of this machine: on the path, or the newest that Debian has. `None` when there are none and none are required.
    pub(crate) fn find() -> Result<Option<Self>, Failure> {
        let on_path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
        let mut versions: Vec<PathBuf> = std::fs::read_dir(DEBIAN)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .collect();
        versions.sort();
        folders.extend(versions.into_iter().rev());
        let all = |folder: &PathBuf| {
            ["initdb", "pg_ctl", "postgres", "psql"].iter().all(|name| folder.join(name).is_file())
        };
        if let Some(folder) = folders.into_iter().find(all) {
            let user = std::fs::metadata("/proc/self").map(|own| std::os::unix::fs::MetadataExt::uid(&own));
            return Ok(Some(Self { folder, root: user.is_ok_and(|user| user == 0) }));
        }
        let words = format!(
            "there is no PostgreSQL server here (initdb, pg_ctl, postgres and psql, on the path or in {DEBIAN})"
        );
        if std::env::var_os(REQUIRED).is_some() || std::env::var_os("CI").is_some() {
            return Err(words.into());
        }
        #[allow(clippy::print_stderr, reason = "a test that is left out says so")]
        {
            eprintln!("skipped: {words}; set {REQUIRED} to make that an error");
        }
        Ok(None)
    }

    /// One of them, run as whoever may run it.
    pub(crate) fn command(&self, name: &str) -> Command {
        self.as_server(self.folder.join(name))
    }

    /// A program of the system's, as the same user.
    pub(crate) fn as_server(&self, program: impl AsRef<OsStr>) -> Command {
        if !self.root {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
        command
    }

    /// The path of one of them.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Runs a command to its end and answers what it printed.
pub(crate) fn run(command: &mut Command) -> Result<String, Failure> {
    let output = command.current_dir(Path::new("/")).output()?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?.trim().to_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!("{:?} failed: {words}", command.get_program()).into())
}
