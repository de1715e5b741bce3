//! The journey against a small upstream that does what each test says, byte by byte.

#![cfg(test)]

#[path = "proxy/certificates.rs"]
mod certificates;
#[path = "proxy/changes.rs"]
mod changes;
#[path = "proxy/content.rs"]
mod content;
#[path = "proxy/credentials.rs"]
mod credentials;
#[path = "proxy/faults.rs"]
mod faults;
#[path = "proxy/listener.rs"]
mod listener;
#[path = "proxy/own.rs"]
mod own;
#[path = "proxy/people.rs"]
mod people;
#[path = "proxy/possession.rs"]
mod possession;
#[path = "proxy/reads.rs"]
mod reads;
#[path = "proxy/shapes.rs"]
mod shapes;
#[path = "proxy/takers.rs"]
mod takers;
#[path = "proxy/uploads.rs"]
mod uploads;
#[path = "proxy/upstream.rs"]
mod upstream;
#[path = "proxy/world.rs"]
mod world;
