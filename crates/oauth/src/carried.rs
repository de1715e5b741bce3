//! Work that does not hang on whoever asked for it.

use std::panic::resume_unwind;

/// Does `work` on a task of its own, to its end, also when this future is dropped because its caller hung up.
///
/// For what has two parts that belong together, such as the store and what of it stands in memory; only once it is known
/// who asks, so that strangers start no tasks.
pub async fn carried_through<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(work).await {
        Ok(done) => done,
        Err(stopped) => match stopped.try_into_panic() {
            // As it would have been on this task.
            Ok(panic) => resume_unwind(panic),
            // The runtime is ending, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}

#[cfg(test)]
mod tests;
