use std::io::Write as _;

use egress::{Egress, Kind, Reach, Roots, Settings};
use http::Version;

use crate::servers::{SOON, egress, get, tls};

fn file(pem: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pem.as_bytes()).unwrap();
    file
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_before_anything_is_sent() {
    let (address, _) = tls().await;
    let url = format!("https://localhost:{}/x", address.port());
    let error = egress(|_| {}).send(get(&url), SOON).await.unwrap_err();
    assert_eq!((error.kind(), error.sent()), (Kind::Tls, false), "{error}");
}

#[tokio::test]
async fn an_added_authority_is_trusted_and_http_2_spoken_where_offered() {
    let (address, pem) = tls().await;
    let file = file(&pem);
    let url = format!("https://localhost:{}/over/tls", address.port());
    for (http2, version) in [(true, Version::HTTP_2), (false, Version::HTTP_11)] {
        let egress = egress(|settings| {
            settings.extra_ca_pem.push(file.path().to_owned());
            settings.http2 = http2;
        });
        let (parts, body) = egress.fetch(get(&url), SOON, 100).await.unwrap();
        assert_eq!((parts.version, &body[..]), (version, &b"/over/tls"[..]));
    }
}

#[tokio::test]
async fn the_name_in_the_certificate_must_be_the_one_asked_for() {
    let (address, pem) = tls().await;
    let file = file(&pem);
    let egress = egress(|settings| settings.extra_ca_pem.push(file.path().to_owned()));
    let error = egress.send(get(&format!("https://{address}/")), SOON).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Tls);
}

#[test]
fn certificate_files_that_hold_none_are_named() {
    for content in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let file = file(content);
        let settings = Settings {
            extra_ca_pem: vec![file.path().to_owned()],
            roots: Roots::WebPki,
            ..Settings::default()
        };
        let error = Egress::new(&settings).unwrap_err().to_string();
        assert!(error.contains(&*file.path().to_string_lossy()), "{error}");
    }
}

fn outward(file: &tempfile::NamedTempFile, named: &[&str]) -> Egress {
    egress(|settings| settings.extra_ca_pem.push(file.path().to_owned()))
        .reaching(Reach::Outward(named.iter().map(|name| (*name).to_owned()).collect()))
}

#[tokio::test]
async fn a_destination_a_stranger_chose_does_not_lead_inward_by_address_or_by_name() {
    let (address, pem) = tls().await;
    let file = file(&pem);
    let port = address.port();
    let refused = async |host: &str| {
        let url = format!("https://{host}:{port}/x");
        let error = outward(&file, &[]).send(get(&url), SOON).await.unwrap_err();
        assert_eq!((error.kind(), error.sent()), (Kind::Unreachable, false), "{host}");
        error.to_string()
    };
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"] {
        let said = refused(host).await;
        assert!(said.contains("leads inward"), "{host}: {said}");
    }
    // Spellings that some resolvers read as 127.0.0.1.
    for odd in ["0x7f.1", "2130706433", "127.1"] {
        refused(odd).await;
    }
    let plain = outward(&file, &[]).send(get("http://example.com/x"), SOON).await.unwrap_err();
    assert!(plain.to_string().contains("not https"), "{plain}");
}

#[tokio::test]
async fn a_host_the_operator_named_is_reached_wherever_it_is() {
    let (address, pem) = tls().await;
    let file = file(&pem);
    let url = format!("https://localhost:{}/inside", address.port());
    let (_, body) = outward(&file, &["localhost"]).fetch(get(&url), SOON, 100).await.unwrap();
    assert_eq!(&body[..], b"/inside");
    assert!(outward(&file, &["localhos"]).fetch(get(&url), SOON, 100).await.is_err());
}

#[tokio::test]
async fn a_way_out_with_other_bounds_trusts_the_same_and_shares_no_connection() {
    let (address, pem) = tls().await;
    let file = file(&pem);
    let url = format!("https://localhost:{}/inside", address.port());
    let anywhere = egress(|settings| settings.extra_ca_pem.push(file.path().to_owned()));
    let fetched = anywhere.fetch(get(&url), SOON, 100).await;
    assert_eq!(&fetched.unwrap().1[..], b"/inside");
    // A connection is kept now, which must not be a way around the bounds.
    let error = anywhere.reaching(Reach::Outward([].into())).send(get(&url), SOON).await.unwrap_err();
    assert!(error.to_string().contains("leads inward"), "{error}");
    let named = anywhere.reaching(Reach::Outward(["localhost".to_owned()].into()));
    assert!(named.fetch(get(&url), SOON, 100).await.is_ok(), "its authority is trusted there too");
}
