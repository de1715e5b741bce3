use http::HeaderValue;

use super::*;

#[test]
fn a_path_names_a_site_in_one_of_three_ways() {
    for (raw, address, path) in [
        ("/rest/api/3/issue/R-1", Address::Default, "/rest/api/3/issue/R-1"),
        ("/wiki/api/v2/pages", Address::Default, "/wiki/api/v2/pages"),
        ("/sites/demo/rest/api/3/myself", Address::Named("demo".parse().unwrap()), "/rest/api/3/myself"),
        ("/ex/jira/AB-1/rest/api/3/myself", Address::Cloud("ab-1".parse().unwrap()), "/rest/api/3/myself"),
        ("/ex/confluence/1/wiki/api/v2/pages", Address::Cloud("1".parse().unwrap()), "/wiki/api/v2/pages"),
        ("/sites/demo", Address::Named("demo".parse().unwrap()), "/"),
        ("/sites/demo/sites/other/rest/x", Address::Named("demo".parse().unwrap()), "/sites/other/rest/x"),
    ] {
        let (found, rest) = address::read(raw).unwrap();
        assert_eq!((found, rest.as_str()), (address, path), "{raw}");
    }
}

#[test]
fn a_path_that_could_mean_two_things_is_refused() {
    for (raw, code) in [
        ("/rest/api/3/../2/issue/R-1", Code::PathNotCanonical),
        ("/rest/api/3/issue/R-1%2Fcomment", Code::PathNotCanonical),
        ("/sites/demo/../rest/x", Code::PathNotCanonical),
        ("/sites/%64emo/rest/x", Code::SiteUnknown),
        ("/sites/Demo/rest/x", Code::SiteUnknown),
        ("/ex/jira/1/wiki/api/v2/pages", Code::OperationUnknown),
        ("/ex/confluence/1/rest/api/3/myself", Code::OperationUnknown),
        ("/ex/jira/1//wiki/api/v2/pages", Code::OperationUnknown),
        ("/ex/jira/1/%77iki/api/v2/pages", Code::OperationUnknown),
        ("/ex/bitbucket/1/rest/x", Code::SiteUnknown),
        ("/ex/jira", Code::SiteUnknown),
        ("/ex/", Code::SiteUnknown),
    ] {
        assert_eq!(address::read(raw).unwrap_err().code(), code, "{raw}");
    }
}

#[test]
fn a_query_is_kept_as_it_is_or_refused() {
    for good in ["", "jql=project%20%3D%20REL&maxResults=50", "a=[1]&b={}&c=|", "expand=names,schema"] {
        assert_eq!(query::read(good).unwrap(), good);
    }
    let long = "x".repeat(16 * 1024 + 1);
    for bad in [
        "a=%2",
        "a=%zz",
        "a=b c",
        "a=é",
        "os_username=admin&os_password=x",
        "a=1&OS_AuthType=basic",
        "%6Fs_username=admin",
        "jwt=eyJ",
        "access_token=x",
        &long,
    ] {
        assert_eq!(query::read(bad).unwrap_err().code(), Code::MalformedRequest, "{bad}");
    }
}

#[test]
fn framing_that_two_servers_read_differently_is_refused() {
    let refused = |pairs: &[(&'static str, &'static str)], version| {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        refuse_ambiguous_framing(&headers, version).is_err()
    };
    assert!(refused(&[("host", "a"), ("host", "b")], Version::HTTP_11));
    assert!(refused(&[("transfer-encoding", "chunked")], Version::HTTP_10));
    assert!(refused(&[("expect", "a-miracle")], Version::HTTP_11));
    assert!(!refused(
        &[("host", "a"), ("transfer-encoding", "chunked"), ("expect", "100-Continue")],
        Version::HTTP_11
    ));
}

#[test]
fn what_a_page_of_another_site_sends_is_refused() {
    let refused = |name: &'static str, value: &'static str| {
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))]);
        browser::refuse_foreign_page(&headers, "https://gw:8080").err().map(|refusal| refusal.code())
    };
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "http://gw:8080"),
        ("origin", "null"),
    ] {
        assert_eq!(refused(name, value), Some(Code::CrossSiteRequest), "{name}: {value}");
    }
    for (name, value) in [
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-site", "none"),
        ("origin", "https://GW:8080"),
        ("accept", "*/*"),
    ] {
        assert_eq!(refused(name, value), None, "{name}: {value}");
    }
}

#[test]
fn a_form_is_no_body_for_any_operation() {
    let refused = |value| {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))]);
        browser::refuse_form(&headers).is_err()
    };
    assert!(refused("application/x-www-form-urlencoded"));
    assert!(refused("Application/X-WWW-Form-Urlencoded ; charset=utf-8"));
    assert!(!refused("application/json"));
    assert!(!refused("multipart/form-data; boundary=application/x-www-form-urlencoded"));
}

#[test]
fn the_gateways_own_origin_is_what_the_client_called_it() {
    let peer = |tls| Peer { whence: Whence::direct([127, 0, 0, 1].into()), tls, certificate: None };
    let request = |uri: &str, host: Option<&'static str>| {
        let mut builder = Request::get(uri);
        if let Some(host) = host {
            builder = builder.header("host", host);
        }
        builder.body(()).unwrap().into_parts().0
    };
    assert_eq!(&*origin(&request("/x", Some("gw:8080")), &peer(false)).unwrap(), "http://gw:8080");
    assert_eq!(&*origin(&request("/x", Some("[::1]:8080")), &peer(true)).unwrap(), "https://[::1]:8080");
    assert_eq!(&*origin(&request("http://real/x", Some("other")), &peer(false)).unwrap(), "http://real");
    for bad in [None, Some(""), Some("a/b"), Some("a\"b"), Some("user@host")] {
        assert!(origin(&request("/x", bad), &peer(false)).is_err(), "{bad:?}");
    }
}
