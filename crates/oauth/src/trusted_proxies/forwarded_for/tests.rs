use http::HeaderValue;

use super::*;

fn read(lines: &[&'static str]) -> Vec<Option<String>> {
    let headers = lines.iter().map(|line| (NAME, HeaderValue::from_static(line))).collect();
    from_the_end(&headers).map(|entry| Some(entry?.to_string())).collect()
}

#[test]
fn entries_come_from_the_end_over_all_lines() {
    let said = |text: &str| Some(text.to_owned());
    let read = read(&["203.0.113.1, 203.0.113.2", "2001:db8::3", "203.0.113.4,\t203.0.113.5 "]);
    let wanted = ["203.0.113.5", "203.0.113.4", "2001:db8::3", "203.0.113.2", "203.0.113.1"];
    assert_eq!(read, wanted.map(said));
}

#[test]
fn an_entry_is_an_address_in_one_of_the_ways_proxies_write_it() {
    for (entry, address) in [
        ("203.0.113.1", Some("203.0.113.1")),
        ("203.0.113.1:4711", Some("203.0.113.1")),
        ("2001:db8::1", Some("2001:db8::1")),
        ("[2001:db8::1]", Some("2001:db8::1")),
        ("[2001:db8::1]:4711", Some("2001:db8::1")),
        ("::ffff:203.0.113.1", Some("203.0.113.1")),
        ("", None),
        ("unknown", None),
        ("_hidden", None),
        ("\"203.0.113.1\"", None),
        ("for=203.0.113.1", None),
        ("203.0.113.1 203.0.113.2", None),
        ("203.0.113.01", None),
        ("203.0.113", None),
        ("3405803777", None),
        ("[203.0.113.1]", None),
        ("203.0.113.1:99999", None),
        ("fe80::1%eth0", None),
        ("localhost", None),
    ] {
        assert_eq!(read(&[entry]), [address.map(str::to_owned)], "{entry}");
    }
}

#[test]
fn no_more_is_looked_at_than_anybody_needs() {
    let long = vec!["203.0.113.1"; 10_000].join(",");
    let headers = HeaderMap::from_iter([(NAME, HeaderValue::try_from(long).unwrap())]);
    assert_eq!(from_the_end(&headers).count(), MOST);
}
