//! Signals: SIGINT and SIGTERM stop, SIGHUP publishes the manifests.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Waits for the first signal to stop.
pub(crate) async fn stop() -> io::Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// The stream of signals to publish again.
pub(crate) fn publish() -> io::Result<Signal> {
    signal(SignalKind::hangup())
}
