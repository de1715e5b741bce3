//! Policy as written, published.

mod approval;
mod built_in;
mod folder;
mod plan;
mod proposals;
mod publish;
mod sources;
mod start;
pub(crate) mod status;
mod versions;

pub(crate) use approval::Watching;
pub use approval::{Approval, DigestIn, Entitled, Required, Signer, Ticket, WhenItLeaves};
pub use built_in::People;
pub use folder::read as read_folder;
pub(crate) use publish::Published;
pub(crate) use sources::Sources;
