//! Bodies and queries of requests: what they name is found, or it is trouble; what is written is what was read.
#![no_main]

use std::sync::LazyLock;

use boundary::{Json, Parameters, names};
use catalogue::{Call, CanonicalPath, Catalogue};
use libfuzzer_sys::fuzz_target;
use types::{Face, Verb};

static CALLS: LazyLock<Vec<Call>> = LazyLock::new(|| {
    let catalogue = Catalogue::builtin().expect("the catalogue");
    let paths = [
        (Verb::Post, "/rest/api/3/issue"),
        (Verb::Post, "/rest/api/3/issue/bulk"),
        (Verb::Post, "/rest/api/3/bulk/issues/move"),
        (Verb::Put, "/rest/api/3/issue/REL-1"),
        (Verb::Get, "/rest/api/3/project/search"),
    ];
    let call = |(verb, path): (Verb, &str)| {
        let path = CanonicalPath::canonicalise(path).expect("a path");
        catalogue.recognise(Face::JiraCloud, verb, &path).expect("an operation")
    };
    paths.map(call).into()
});

fuzz_target!(|data: &[u8]| {
    let query = std::str::from_utf8(data).ok().and_then(Parameters::read).unwrap_or_default();
    let again = query.write();
    assert_eq!(Parameters::read(&again).map(|read| read.write()), Some(again));
    let json = Json::parse(data).ok();
    if let Some(json) = &json {
        let written = json.to_string();
        assert_eq!(&Json::parse(written.as_bytes()).expect("what was written is JSON"), json);
    }
    for call in CALLS.iter() {
        if let Ok(found) = names(call, &query, json.as_ref()) {
            assert!(found.iter().all(|name| !name.text.is_empty() || name.kind.as_str().ends_with("ql")));
        }
    }
});
