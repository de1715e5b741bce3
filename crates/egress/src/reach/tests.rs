use super::*;

#[test]
fn addresses_that_are_not_of_the_open_internet_lead_inward_in_every_guise() {
    for inward in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "0.0.0.0",
        "0.1.2.3",
        "224.0.0.1",
        "239.1.1.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.0.8",
        "198.18.0.1",
        "203.0.113.1",
        "::1",
        "::",
        "::ffff:10.0.0.1",
        "::ffff:93.184.216.34",
        "::7f00:1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::a00:1",
        "64:ff9b:1::5db8:d822",
        "2002:a00:1::1",
        "2001::1",
        "2001:db8::1",
        "4000::1",
    ] {
        assert!(is_inward(inward.parse().unwrap()), "{inward}");
    }
    for outward in [
        "93.184.216.34",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "198.20.0.1",
        "223.255.255.1",
        "2606:2800:220:1:248:1893:25c8:1946",
        "2a00:1450::1",
        "64:ff9b::5db8:d822",
        "2002:5db8:d822::1",
    ] {
        assert!(!is_inward(outward.parse().unwrap()), "{outward}");
    }
}

fn outward(named: &[&str]) -> Reach {
    Reach::Outward(named.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn only_https_leads_outward_and_addresses_are_looked_at_without_a_lookup() {
    let check = |url: &str| outward(&["keys.internal", "::1"]).check(&url.parse().unwrap());
    assert_eq!(check("https://example.com/jwks"), Ok(()));
    assert_eq!(check("http://example.com/jwks"), Err(Inward::Plain));
    assert!(matches!(check("https://169.254.169.254/latest"), Err(Inward::Address(_))));
    assert!(matches!(check("https://[::ffff:127.0.0.1]/"), Err(Inward::Address(_))));
    for named in ["http://keys.internal/jwks", "https://KEYS.internal.:8443/jwks", "http://[::1]:1/"] {
        assert_eq!(check(named), Ok(()), "{named}");
    }
    assert_eq!(Reach::Anywhere.check(&"http://10.0.0.1/".parse().unwrap()), Ok(()));
}
