use http::{HeaderMap, header};

use super::*;

fn issuer(tls: bool) -> Issuer {
    Issuer::new(None, tls, "127.0.0.1:8080".parse().unwrap())
}

fn sent(lines: &[&'static str]) -> HeaderMap {
    lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line))).collect()
}

#[test]
fn behind_tls_a_cookie_is_bound_to_the_host_and_everywhere_it_is_out_of_reach() {
    let value = Secret::new("tgw_x".to_owned());
    let plain = Cookie::Session.set(&issuer(false), &value);
    assert_eq!(plain, "ticketgate=tgw_x; Path=/; HttpOnly; SameSite=Lax; Max-Age=28800");
    let tls = Cookie::Session.set(&issuer(true), &value);
    assert_eq!(tls, "__Host-ticketgate=tgw_x; Path=/; HttpOnly; SameSite=Lax; Max-Age=28800; Secure");
    assert!(plain.is_sensitive() && tls.is_sensitive());
    let behind_a_proxy =
        Issuer::new(Some("https://gateway.example".to_owned()), false, "127.0.0.1:8080".parse().unwrap());
    assert!(Cookie::Visit.unset(&behind_a_proxy).to_str().unwrap().starts_with("__Host-ticketgate-visit=; "));
}

#[test]
fn a_cookie_is_found_by_its_whole_name_and_two_of_one_name_are_none() {
    let of = |lines: &[&'static str], tls| Cookie::Session.of(&sent(lines), &issuer(tls)).map(str::to_owned);
    assert_eq!(of(&["a=b; ticketgate=x; c=d"], false).as_deref(), Some("x"));
    assert_eq!(of(&["a=b", "ticketgate=x"], false).as_deref(), Some("x"));
    assert_eq!(of(&["ticketgate=x; ticketgate=y"], false), None);
    assert_eq!(of(&["ticketgate=x", "ticketgate=x"], false), None);
    assert_eq!(of(&["ticketgate-visit=x; xticketgate=y; ticketgate"], false), None);
    assert_eq!(of(&["ticketgate=x"], true), None, "behind TLS the other name counts");
    assert_eq!(of(&["__Host-ticketgate=x"], true).as_deref(), Some("x"));
}
