use super::*;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn an_address_has_no_more_than_it_may_and_others_are_not_counted_with_it() {
    let addresses = Addresses::new(2);
    let first = addresses.enter(address("192.0.2.1"));
    let second = addresses.enter(address("::ffff:192.0.2.1"));
    assert!(first.is_some() && second.is_some());
    assert!(addresses.enter(address("192.0.2.1")).is_none());
    assert!(addresses.enter(address("192.0.2.2")).is_some());
    drop(second);
    assert!(addresses.enter(address("192.0.2.1")).is_some());
}

#[test]
fn the_addresses_of_one_ipv6_network_are_one() {
    let addresses = Addresses::new(1);
    let _first = addresses.enter(address("2001:db8:1:2::1")).unwrap();
    assert!(addresses.enter(address("2001:db8:1:2:ffff:ffff:ffff:ffff")).is_none());
    assert!(addresses.enter(address("2001:db8:1:3::1")).is_some());
}

#[test]
fn whoever_has_no_connection_any_more_is_forgotten() {
    let addresses = Addresses::new(1);
    for host in 0..=255 {
        assert!(addresses.enter(IpAddr::from([192, 0, 2, host])).is_some());
    }
    assert!(addresses.lock().is_empty());
}

#[test]
fn zero_is_no_bound() {
    let addresses = Addresses::new(0);
    let counted: Vec<_> = (0..1000).filter_map(|_| addresses.enter(address("::1"))).collect();
    assert_eq!(counted.len(), 1000);
}
