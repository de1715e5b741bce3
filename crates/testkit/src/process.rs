//! Processes that do not outlive the trial.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::Context;

/// A process that is killed when this is dropped, and by the kernel when the trial itself is killed.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    /// Starts `program` in `folder`; what it says goes to a file there.
    pub(crate) fn start(
        program: &Path,
        args: &[&OsStr],
        environment: &[(String, String)],
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let said = File::options().create(true).append(true).open(folder.join("said.log"))?;
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program).args(args);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("TICKETGATE_")) {
                command.env_remove(name);
            }
        }
        command.envs(environment.iter().map(|(name, value)| (name, value))).current_dir(folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said);
        Ok(Self(command.spawn().context("setpriv (util-linux) cannot be started")?))
    }

    /// Whether it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().ok().flatten()
    }

    /// kill -9. `false`: it had ended by itself.
    pub(crate) fn kill(&mut self) -> bool {
        let ran = self.ended().is_none();
        let _ = self.0.kill();
        let _ = self.0.wait();
        ran
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Removes a folder when this is dropped or the trial is gone, however it went: a shell waits at the other end of a pipe.
#[derive(Debug)]
pub(crate) struct Sweeper(Child);

impl Sweeper {
    pub(crate) fn of(folder: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", "cat >/dev/null; sleep 0.3; rm -rf \"$1\"", "sweeper"]).arg(folder);
        // A signal to the trial and all it started must not reach whoever clears up after it.
        command.current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self(command.spawn()?))
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
