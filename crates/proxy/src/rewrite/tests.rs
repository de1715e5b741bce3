use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use types::{Address, CloudId, Deployment, Site};

use super::*;

fn patterns() -> Arc<Patterns> {
    Arc::new(Patterns::of(&Site {
        name: "acme".parse().unwrap(),
        deployment: Deployment::Cloud {
            cloud_id: "1234-abcd".parse().unwrap(),
            origin: "https://acme.atlassian.net".into(),
            api_origin: "https://api.atlassian.com".into(),
        },
    }))
}

fn root() -> Target {
    Target::new(&"http://gw:8080".into(), &Address::Default)
}

fn header(target: Target, text: &str) -> String {
    let out = Rewriter::header(patterns(), target, Bytes::copy_from_slice(text.as_bytes()));
    String::from_utf8(out.to_vec()).unwrap()
}

fn whole(target: Target, text: &str) -> String {
    let out = Rewriter::new(patterns(), target).push(Bytes::copy_from_slice(text.as_bytes()), true);
    String::from_utf8(out.to_vec()).unwrap()
}

#[test]
fn api_urls_of_the_site_and_of_the_api_gateway_point_here_afterwards() {
    for (given, expected) in [
        (
            r#"{"self":"https://acme.atlassian.net/rest/api/3/issue/1"}"#,
            r#"{"self":"http://gw:8080/rest/api/3/issue/1"}"#,
        ),
        (
            r#""https://api.atlassian.com/ex/jira/1234-abcd/rest/agile/1.0/board/1""#,
            r#""http://gw:8080/rest/agile/1.0/board/1""#,
        ),
        (
            r#""https://api.atlassian.com/ex/confluence/1234-abcd/wiki/api/v2/pages""#,
            r#""http://gw:8080/wiki/api/v2/pages""#,
        ),
        (
            r#""https:\/\/acme.atlassian.net\/rest\/api\/3\/issue\/1""#,
            r#""http:\/\/gw:8080\/rest\/api\/3\/issue\/1""#,
        ),
        (r#"["https://acme.atlassian.net/jsm/assets/1"]"#, r#"["http://gw:8080/jsm/assets/1"]"#),
    ] {
        assert_eq!(whole(root(), given), expected);
    }
}

#[test]
fn urls_for_people_and_strangers_stay_as_they_are() {
    for text in [
        "https://acme.atlassian.net/browse/REL-1",
        "https://acme.atlassian.net/secure/viewavatar?size=1",
        "https://acme.atlassian.net",
        "https://acme.atlassian.net.evil/rest/api/3",
        "https://xacme.atlassian.net/rest/api/3",
        "https://user@acme.atlassian.net/rest/api/3",
        "http://acme.atlassian.net/rest/api/3",
        "https://acme.atlassian.net/restaurant",
        "https://api.atlassian.com/ex/jira/another/rest/api/3",
        r#"{"next":"/wiki/api/v2/pages?cursor=1"}"#,
    ] {
        assert_eq!(header(root(), text), text);
        let quoted = format!("\"{text}\"");
        assert_eq!(whole(root(), &quoted), quoted);
    }
}

#[test]
fn what_people_wrote_stays_as_they_wrote_it_however_it_is_cut() {
    for text in [
        r#"{"body":"see https://acme.atlassian.net/rest/api/3/issue/1 please"}"#,
        r#"{"body":"see https:\/\/acme.atlassian.net\/rest\/api\/3\/issue\/1"}"#,
        r#"{"body":"<a href=\"https://acme.atlassian.net/rest/api/3/attachment/1\">"}"#,
        r#"{"body":"\"next\":\"/wiki/api/v2/pages\""}"#,
        r#"{"body":"\"next":"/wiki/api/v2/pages"}"#,
        "https://acme.atlassian.net/rest/api/3/issue/1",
    ] {
        let target = Target::new(&"http://gw".into(), &Address::Named("acme".parse().unwrap()));
        assert_eq!(whole(target.clone(), text), text);
        for cut in 0..text.len() {
            let mut rewriter = Rewriter::new(patterns(), target.clone());
            let mut out = rewriter.push(Bytes::copy_from_slice(&text.as_bytes()[..cut]), false).to_vec();
            out.extend_from_slice(&rewriter.push(Bytes::copy_from_slice(&text.as_bytes()[cut..]), true));
            assert_eq!(String::from_utf8(out).unwrap(), text, "cut at {cut}");
        }
    }
}

#[test]
fn a_client_that_came_by_a_prefix_is_kept_on_it() {
    let site = Target::new(&"https://gw".into(), &Address::Named("acme".parse().unwrap()));
    assert_eq!(header(site.clone(), "https://acme.atlassian.net/rest/x"), "https://gw/sites/acme/rest/x");
    assert_eq!(
        whole(site.clone(), r#"{"next":"/wiki/api/v2/pages?cursor=1"}"#),
        r#"{"next":"/sites/acme/wiki/api/v2/pages?cursor=1"}"#
    );
    // Confluence v1 gives a path relative to `base`, which leads here too.
    assert_eq!(
        whole(site, r#"{"base":"https://acme.atlassian.net/wiki","next":"/rest/api/content?start=25"}"#),
        r#"{"base":"https://gw/sites/acme/wiki","next":"/rest/api/content?start=25"}"#
    );

    let cloud: CloudId = "1234-abcd".parse().unwrap();
    let ex = Target::new(&"https://gw".into(), &Address::Cloud(cloud));
    assert_eq!(
        header(ex.clone(), "https://acme.atlassian.net/rest/x"),
        "https://gw/ex/jira/1234-abcd/rest/x"
    );
    assert_eq!(
        header(ex, "https://acme.atlassian.net/wiki/api/v2/pages"),
        "https://gw/ex/confluence/1234-abcd/wiki/api/v2/pages"
    );
}

#[test]
fn a_chunk_without_urls_is_passed_on_without_a_copy() {
    let chunk = Bytes::from_static(br#"{"key":"REL-1","fields":{}}"#);
    let out = Rewriter::new(patterns(), root()).push(chunk.clone(), false);
    assert_eq!(out.as_ptr(), chunk.as_ptr());
}

#[test]
fn what_is_held_back_stays_small() {
    let mut rewriter = Rewriter::new(patterns(), root());
    let out = rewriter.push(Bytes::from(vec![b'h'; 1 << 20]), false);
    assert!(out.len() > (1 << 20) - 200);
}

/// Pieces from which nearly every confusing neighbourhood can be put together.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "https://",
        "https:\\/\\/",
        "http://",
        "acme.atlassian.net",
        "api.atlassian.com",
        "/ex/jira/1234-abcd",
        "\\/ex\\/confluence\\/1234-abcd",
        "/rest/",
        "\\/rest\\/",
        "/wiki/",
        "/wiki/api/",
        "wiki\\/rest\\/",
        "/jsm/",
        "\"next\":\"",
        "\"",
        "\\",
        "/",
        ":",
        "h",
        "ht",
        "https:",
        "x",
        "https://acme.atlassian.net/rest/api",
        "\"https://acme.atlassian.net/rest/api",
        "https:\\/\\/api.atlassian.com\\/ex\\/jira\\/1234-abcd\\/rest\\/",
    ])
}

proptest! {
    #[test]
    fn cutting_an_answer_anywhere_changes_nothing(
        pieces in prop::collection::vec(piece(), 0..40),
        cuts in prop::collection::vec(0usize..400, 0..12),
    ) {
        let text = pieces.concat();
        let target = Target::new(&"http://gw".into(), &Address::Named("acme".parse().unwrap()));
        let expected = whole(target.clone(), &text);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let mut rewriter = Rewriter::new(patterns(), target);
        let mut out = Vec::new();
        for pair in cuts.windows(2) {
            out.extend_from_slice(&rewriter.push(Bytes::copy_from_slice(&text.as_bytes()[pair[0]..pair[1]]), false));
        }
        out.extend_from_slice(&rewriter.push(Bytes::new(), true));
        prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn gunzip_gives_back_what_was_compressed_however_it_is_cut(
        text in prop::collection::vec(any::<u8>(), 0..60_000),
        repeat in 1usize..4,
        step in 1usize..5_000,
    ) {
        let text = text.repeat(repeat);
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&text).unwrap();
        let packed = encoder.finish().unwrap();
        let mut gunzip = Gunzip::new();
        let mut out = Vec::new();
        for chunk in packed.chunks(step) {
            gunzip.feed(Bytes::copy_from_slice(chunk));
            while let Some(piece) = gunzip.pull().unwrap() {
                if piece.is_empty() { break; }
                out.extend_from_slice(&piece);
            }
        }
        gunzip.end();
        while let Some(piece) = gunzip.pull().unwrap().filter(|piece| !piece.is_empty()) {
            out.extend_from_slice(&piece);
        }
        prop_assert_eq!(out, text);
    }
}

#[test]
fn gunzip_says_when_the_bytes_are_cut_short_or_not_gzip() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"some text that will be cut").unwrap();
    let packed = encoder.finish().unwrap();
    for broken in [&packed[..packed.len() - 5], b"this is no gzip at all"] {
        let mut gunzip = Gunzip::new();
        gunzip.feed(Bytes::copy_from_slice(broken));
        gunzip.end();
        let outcome = loop {
            match gunzip.pull() {
                Ok(Some(piece)) if !piece.is_empty() => {}
                other => break other,
            }
        };
        assert!(outcome.is_err());
    }
}
