//! A PostgreSQL server for tests.
//!
//! **Promises.**
//! - [`database`] answers the URL of an empty database of the caller's own, on a server that is started once for the process,
//!   on a socket in a temporary folder: no port, nothing shared with other processes or with a server of the machine's.
//! - The server ends and its folder goes when the process does, however it ends: a keeper waits at the other end of a pipe.
//! - Where PostgreSQL is not installed, a line says so and the answer is `None`; where [`REQUIRED`] or `CI` is set, that is an
//!   error instead.
//! - Whoever runs the tests as root has the server run as the user `postgres`: it refuses to be root itself.
//!
//! **Deliberately absent.** Anything for the product: this crate is for `[dev-dependencies]`, and for `testkit`, only. A driver: the server's own
//! programs make databases. Durability: a test's database need not survive a power cut.

mod cluster;
mod programs;

use std::sync::{Mutex, PoisonError};

pub use cluster::{Cluster, PASSWORD};

/// The variable that makes a missing PostgreSQL an error; `./test` sets it.
pub const REQUIRED: &str = "TICKETGATE_TEST_POSTGRES";

/// What could not be done, with the words of the program that was asked.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The server of this process.
static SERVER: Mutex<Option<Cluster>> = Mutex::new(None);

/// The URL, password included, of a new and empty database on this process's own server.
///
/// # Errors
/// When the server does not start; when there is none and one is required.
pub fn database() -> Result<Option<String>, Failure> {
    let mut server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    if server.is_none() {
        *server = Cluster::start()?;
    }
    server.as_ref().map(Cluster::database).transpose()
}
