use super::*;

fn host(url: &str) -> String {
    let uri: Uri = url.parse().unwrap();
    let mut request = Request::new(());
    Destination::of(&uri).unwrap().in_origin_form(&mut request, &uri);
    assert!(request.uri().authority().is_none() && request.uri().scheme().is_none());
    format!("{} {}", request.headers()[header::HOST].to_str().unwrap(), request.uri())
}

#[test]
fn a_request_carries_its_path_and_names_its_host_as_browsers_do() {
    assert_eq!(host("https://api.example/x?y=z"), "api.example /x?y=z");
    assert_eq!(host("https://api.example:443/"), "api.example /");
    assert_eq!(host("http://api.example:443"), "api.example:443 /");
    assert_eq!(host("http://api.example:80/x"), "api.example /x");
    assert_eq!(host("http://user@api.example:8080/x"), "api.example:8080 /x");
    assert_eq!(host("http://[::1]:80/x"), "[::1] /x");
    assert_eq!(host("https://[::443]/x"), "[::443] /x");
}

#[test]
fn a_host_that_is_named_already_is_left_alone() {
    let uri = Uri::from_static("http://api.example/x");
    let mut request = Request::builder().header(header::HOST, "other.example").body(()).unwrap();
    Destination::of(&uri).unwrap().in_origin_form(&mut request, &uri);
    assert_eq!(request.headers()[header::HOST], "other.example");
}

#[test]
fn what_is_no_absolute_url_goes_nowhere_and_nothing_was_sent() {
    for url in ["/x", "api.example:80", "ftp://api.example/x", "*"] {
        let error = Destination::of(&url.parse().unwrap()).unwrap_err();
        assert_eq!((error.kind(), error.sent()), (Kind::Unreachable, false), "{url}");
    }
}

#[test]
fn what_is_connected_to_is_the_host_alone() {
    let uri = Uri::from_static("https://api.example:8443/x?y");
    assert_eq!(Destination::of(&uri).unwrap().root(), "https://api.example:8443/");
}
