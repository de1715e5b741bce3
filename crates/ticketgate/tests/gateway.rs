//! The whole gateway, as a program: started, called, killed, searched.
//!
//! Every test starts its own processes on free ports of 127.0.0.1 with its own folder, so they run side by side.

#[cfg(test)]
mod gateway {
    mod audit;
    mod authorization_server;
    mod boundary;
    mod browser;
    mod changes;
    mod commands;
    mod connect;
    mod connect_attacks;
    mod consent;
    mod consent_attacks;
    mod consenting;
    mod coverage;
    mod damage;
    mod demo;
    mod doctor;
    mod events;
    mod hanging_up;
    mod harness;
    mod instances;
    mod keys;
    mod kill;
    mod libraries;
    mod metrics;
    mod modes;
    mod moving;
    mod notices;
    mod operators;
    mod proofs;
    mod proxies;
    mod registration;
    mod repeats;
    mod restart;
    mod scopes;
    mod second_layer;
    mod secrets;
    mod served;
    mod shells;
    mod sign_in;
    mod stale;
    mod story;
    mod trial;
    mod usage;
    mod versions;
    mod walls;
}
