//! The pieces `scripts/measure.py` and `scripts/gate.sh` measure the gateway with.
//!
//! **Promises.** Everything stays on loopback and stops by itself or when its parent says so: the load is bounded in count,
//! the servers end when standard input closes. Each program runs on one thread, like one worker of the proxies it is compared with.
//!
//! **Deliberately absent.** Opinions: these programs move bytes, the scripts do the arithmetic.

use std::net::SocketAddr;

use anyhow::Context;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// The answer's size in the comparison: what a Jira issue with a handful of fields weighs.
pub const ANSWER_BYTES: usize = 2048;

/// Listens on a free loopback port and tells the parent which: one line, the address, on standard output.
///
/// # Errors
/// When no port can be had or standard output is closed.
pub async fn announce() -> anyhow::Result<TcpListener> {
    use std::io::Write;
    let listener =
        TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.context("no loopback port")?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", listener.local_addr()?)?;
    out.flush()?;
    Ok(listener)
}

/// Returns when standard input closes, that is when the parent is done or gone.
pub async fn parent_gone() {
    let mut sink = [0; 64];
    let mut stdin = tokio::io::stdin();
    while matches!(stdin.read(&mut sink).await, Ok(n) if n > 0) {}
}

/// A runtime with one worker: this thread.
///
/// # Errors
/// When the operating system gives no event queue.
pub fn single_thread() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}
