use super::*;

#[test]
fn a_name_is_what_fits_a_dns_label() {
    for good in ["a", "7", "release-automation", &"x".repeat(63)] {
        assert_eq!(good.parse::<ClientId>().unwrap().as_str(), good);
    }
    for bad in ["", "-a", "a-", "a--b", "Release", "a_b", "a.b", "a b", "a/b", "é", &"x".repeat(64)] {
        assert!(bad.parse::<ClientId>().is_err(), "{bad:?} was taken for a name");
    }
}

#[test]
fn an_error_does_not_repeat_a_text_without_end() {
    let error = "X".repeat(1_000_000).parse::<SiteName>().unwrap_err();
    assert!(error.to_string().len() < 400);
}

#[test]
fn cloud_ids_compare_without_case() {
    let lower: CloudId = "a1b2-c3".parse().unwrap();
    let upper: CloudId = "A1B2-C3".parse().unwrap();
    assert_eq!(lower, upper);
    assert!("a/b".parse::<CloudId>().is_err());
    assert!("".parse::<CloudId>().is_err());
}
