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

pub use approval::{Approval, DigestIn, Entitled, Required, Signer, SignersKey, Ticket, WhenItLeaves};
pub(crate) use approval::{Author, Watching};
pub use built_in::People;
pub use folder::read as read_folder;
pub(crate) use proposals::{approvals as stored_approvals, to_text as approvals_to_text};
pub(crate) use publish::Published;
pub(crate) use sources::Sources;
