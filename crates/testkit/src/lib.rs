//! The trial that shows that no grant is lost.
//!
//! **Promises.** Real gateway processes hold grants of a stand-in Atlassian in bad weather, are called steadily, are killed at
//! random moments and at named points of a refresh, and start again. What is reported comes from the other side: the stand-in
//! counts what was redeemed, what was redeemed too late, and which access tokens were sent after their end. The same trial
//! runs [naive ways](naive) to keep grants, so that the report also shows that it finds the losses there are. Everything
//! stays on loopback, on free ports; every process ends when the trial does, however it ends, and its folder goes.
//!
//! **Deliberately absent.** Anything for the product. The gateway is known by its settings, its control API and its exit only.

mod callers;
mod crowd;
mod fleet;
mod http_client;
mod killer;
pub mod naive;
mod outages;
mod plan;
mod process;
mod provider;
mod random;
mod report;
mod setting;
mod tally;
mod trial;

pub use crowd::{Crowd, CrowdReport, crowd};
pub use plan::{Plan, Retry, Store, Subject};
pub use report::{Report, table};
pub use trial::trial;
