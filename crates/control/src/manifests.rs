//! Policy as written, published.

mod built_in;
mod folder;
mod publish;
pub(crate) mod status;

pub use built_in::People;
pub use folder::read as read_folder;
pub(crate) use publish::Published;
