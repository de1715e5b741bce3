use proptest::prelude::*;

use super::*;

fn canonical(raw: &str) -> Result<String, PathRefusal> {
    CanonicalPath::canonicalise(raw).map(|path| path.as_str().to_owned())
}

#[test]
fn a_plain_path_stays_as_it_is() {
    for path in
        ["/", "/rest/api/3/issue/ABC-1", "/rest/api/3/user@x:y/(a)'b'!$&*+,=~_", "/wiki/%C3%A9", "/a%20b"]
    {
        assert_eq!(canonical(path).as_deref(), Ok(path));
    }
}

#[test]
fn needless_variety_is_normalised() {
    for (raw, expected) in [
        ("/rest/api/3/issue/", "/rest/api/3/issue"),
        ("//rest///api", "/rest/api"),
        ("///", "/"),
        ("/rest/%61pi", "/rest/api"),
        ("/a%2Bb", "/a+b"),
        ("/a%c3%a9", "/a%C3%A9"),
        ("/a\u{e9}", "/a%C3%A9"),
        ("/a b\"{}", "/a%20b%22%7B%7D"),
        ("/100%25", "/100%25"),
        ("/what%3F%23", "/what%3F%23"),
        ("/.../.a/a./..b", "/.../.a/a./..b"),
    ] {
        assert_eq!(canonical(raw).as_deref(), Ok(expected), "{raw}");
    }
}

#[test]
fn letter_case_is_kept() {
    assert_eq!(canonical("/REST/Api").as_deref(), Ok("/REST/Api"));
}

#[test]
fn whatever_servers_read_in_two_ways_is_refused() {
    use PathRefusal::*;
    for (raw, refusal) in [
        ("", NotAbsolute),
        ("rest", NotAbsolute),
        ("*", NotAbsolute),
        ("http://host/rest", NotAbsolute),
        ("/a?b", QueryOrFragment),
        ("/a#b", QueryOrFragment),
        ("/rest/../secret", DotSegment),
        ("/rest/./api", DotSegment),
        ("/rest/..", DotSegment),
        ("/rest/%2e%2E/secret", DotSegment),
        ("/rest/.%2e", DotSegment),
        ("/rest/..;/secret", MatrixParameter),
        ("/rest;a=b/api", MatrixParameter),
        ("/rest%3ba=b", MatrixParameter),
        ("/a%2Fb", HiddenSlash),
        ("/a%2fb", HiddenSlash),
        ("/a\\b", HiddenSlash),
        ("/a%5cb", HiddenSlash),
        ("/a%00", ControlCharacter),
        ("/a\nb", ControlCharacter),
        ("/a%0d%0ab", ControlCharacter),
        ("/a%7F", ControlCharacter),
        ("/a%C2%85", ControlCharacter),
        ("/a%E2%80%A8", ControlCharacter),
        ("/a%", BadEscape),
        ("/a%2", BadEscape),
        ("/a%zz", BadEscape),
        ("/a%2%30", BadEscape),
        ("/a%u002e", BadEscape),
        ("/%ff", NotUtf8),
        ("/%c0%ae%c0%ae", NotUtf8),
        ("/%252e%252e/secret", DoubleEncoding),
        ("/a%252Fb", DoubleEncoding),
    ] {
        assert_eq!(canonical(raw), Err(refusal), "{raw}");
    }
}

#[test]
fn too_long_and_too_deep_paths_are_refused() {
    let longest = format!("/{}", "a".repeat(LONGEST - 1));
    assert_eq!(canonical(&longest).as_deref(), Ok(longest.as_str()));
    assert_eq!(canonical(&format!("{longest}a")), Err(PathRefusal::TooLong));
    assert_eq!(canonical(&"/\"".repeat(2000)), Err(PathRefusal::TooDeep));
    assert_eq!(
        canonical(&format!("/{}", "\"".repeat(2000))),
        Err(PathRefusal::TooLong),
        "once it is escaped"
    );
    assert_eq!(canonical(&"/a".repeat(DEEPEST)).as_deref(), Ok("/a".repeat(DEEPEST).as_str()));
    assert_eq!(canonical(&"/a".repeat(DEEPEST + 1)), Err(PathRefusal::TooDeep));
}

#[test]
fn every_refusal_is_a_sentence() {
    use PathRefusal::*;
    for refusal in [
        TooLong,
        TooDeep,
        NotAbsolute,
        QueryOrFragment,
        DotSegment,
        HiddenSlash,
        ControlCharacter,
        BadEscape,
        NotUtf8,
        MatrixParameter,
        DoubleEncoding,
    ] {
        let text = refusal.to_string();
        assert!(text.starts_with("The path ") && text.ends_with('.'), "{text}");
    }
}

#[test]
fn the_segments_of_a_path_are_those_between_its_slashes() {
    let path = CanonicalPath::canonicalise("//a/b%20c/").unwrap();
    assert_eq!(path.segments().collect::<Vec<_>>(), ["a", "b%20c"]);
    assert_eq!(CanonicalPath::canonicalise("/").unwrap().segments().count(), 0);
}

/// Paths from pieces that matter to servers, and from anything.
fn raw_path() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z0-9._~-]{0,8}",
        1 => prop_oneof![
            Just("%2e"), Just("."), Just(".."), Just("%2F"), Just("%25"), Just("%5c"), Just(";"), Just("%"),
            Just("+"), Just("%00"), Just("%C3%A9"), Just("%c3"), Just("?"), Just(" "), Just("//"), Just("%41"),
        ].prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(prop_oneof![3 => piece, 1 => Just("/".to_owned())], 0..16)
        .prop_map(|pieces| format!("/{}", pieces.concat()))
}

fn meaning(path: &str) -> Vec<Vec<u8>> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| percent_decode_str(segment).collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn the_canonical_spelling_is_its_own_canonical_spelling(raw in raw_path()) {
        if let Ok(once) = canonical(&raw) {
            prop_assert_eq!(canonical(&once), Ok(once.clone()));
            prop_assert!(is_canonical(&once) || once.contains('%'), "only escapes need the careful way: {}", once);
        }
    }

    #[test]
    fn the_fast_way_agrees_with_the_careful_way(raw in raw_path()) {
        if is_canonical(&raw) {
            prop_assert_eq!(rewrite(&raw), Ok(raw));
        }
    }

    #[test]
    fn the_canonical_spelling_means_what_the_client_wrote(raw in raw_path()) {
        if let Ok(path) = canonical(&raw) {
            prop_assert_eq!(meaning(&path), meaning(&raw));
        }
    }

    #[test]
    fn no_canonical_path_hides_anything(raw in raw_path()) {
        if let Ok(path) = canonical(&raw) {
            prop_assert!(path.starts_with('/') && path.is_ascii() && path.len() <= LONGEST);
            prop_assert!(path == "/" || !path.ends_with('/'));
            for (index, segment) in meaning(&path).iter().enumerate() {
                prop_assert!(index < DEEPEST);
                prop_assert!(segment != b"." && segment != b"..");
                prop_assert!(!segment.iter().any(|b| matches!(b, b'/' | b'\\' | b';' | 0..=31 | 127)));
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(raw in any::<String>()) {
        let _ = canonical(&raw);
    }
}
