//! Policy as written, published.

mod folder;
mod publish;
pub(crate) mod status;

pub use folder::read as read_folder;
pub(crate) use publish::Published;
