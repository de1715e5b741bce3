//! Programs that call the gateway.

mod list;
mod register;
mod show;
