//! Any text as a manifest whose scopes are changed in place.
//!
//! What must hold: what comes out is TOML that lists the scopes asked for and nothing else, or there is a reason why not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policy::minimum::with_scopes;

fuzz_target!(|input: (&str, Vec<u8>)| {
    let (text, picks) = input;
    const NAMES: [&str; 4] = ["read:jira-work", "write:jira-work", "read:me", "a b"];
    let wanted: Vec<&str> =
        picks.iter().take(8).map(|pick| NAMES[usize::from(*pick) % NAMES.len()]).collect();
    let Ok(after) = with_scopes(text, wanted.iter().copied()) else { return };
    let table: toml::Table = after.parse().expect("what was written is TOML");
    let list = table["scopes"].as_array().expect("a list");
    assert!(list.iter().all(|one| one.as_str().is_some_and(|one| wanted.contains(&one))));
    assert!(wanted.iter().all(|name| list.iter().any(|one| one.as_str() == Some(name))));
});
