use super::*;

fn from(address: &str) -> Whence {
    Whence::direct(address.parse().unwrap())
}

fn profile(networks: &[&str]) -> Profile {
    Profile {
        networks: networks.iter().map(|network| network.parse().unwrap()).collect(),
        ..Profile::default()
    }
}

#[test]
fn without_networks_a_client_may_come_from_anywhere() {
    assert!(Profile::default().admits(from("192.0.2.1")));
}

#[test]
fn with_networks_it_may_come_from_these_only_in_either_form_of_ipv4() {
    let profile = profile(&["192.0.2.0/24", "2001:db8::/32"]);
    for inside in ["192.0.2.200", "::ffff:192.0.2.7", "2001:db8:1::1"] {
        assert!(profile.admits(from(inside)), "{inside}");
    }
    for outside in ["192.0.3.1", "::ffff:192.0.3.7", "2001:db9::1", "::1"] {
        assert!(!profile.admits(from(outside)), "{outside}");
    }
}

#[test]
fn whoever_comes_from_nobody_knows_where_is_in_no_network_and_anywhere() {
    let unsaid = Whence::unsaid("192.0.2.1".parse().unwrap());
    assert!(!profile(&["192.0.2.0/24", "0.0.0.0/0", "::/0"]).admits(unsaid));
    assert!(Profile::default().admits(unsaid));
}

#[test]
fn what_was_kept_reads_back_and_an_unknown_field_does_not_read_at_all() {
    let kept = Profile { token_life: Some(600), rotate_every_days: Some(90), ..profile(&["10.0.0.0/8"]) };
    assert_eq!(Profile::parse(&kept.text()).unwrap(), kept);
    assert_eq!(Profile::default().text(), "{}");
    assert!(Profile::parse(r#"{"only_on_sundays":true}"#).is_err());
}

#[test]
fn what_is_out_of_bounds_is_named() {
    assert!(Profile { token_life: Some(59), ..Profile::default() }.check().is_err());
    assert!(Profile { rotate_every_days: Some(0), ..Profile::default() }.check().is_err());
    assert!(profile(&["10.0.0.0/8"; 65]).check().is_err());
    assert!(profile(&["10.0.0.0/8"; 64]).check().is_ok());
}
