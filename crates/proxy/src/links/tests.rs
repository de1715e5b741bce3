use types::{Address, Deployment};

use super::*;

fn site() -> Arc<Site> {
    Arc::new(Site {
        name: "acme".parse().unwrap(),
        deployment: Deployment::Cloud {
            cloud_id: "1".parse().unwrap(),
            origin: "https://acme.atlassian.net".into(),
            api_origin: "https://api.atlassian.com".into(),
        },
    })
}

fn rewritten(name: header::HeaderName, value: &'static str, way: &Address) -> HeaderValue {
    let mut headers = HeaderMap::new();
    headers.insert(name.clone(), HeaderValue::from_static(value));
    rewrite_headers(
        &mut headers,
        &Links::default().patterns(&site()),
        &Target::new(&"https://gw".into(), way),
    );
    headers.remove(name).unwrap()
}

#[test]
fn links_in_headers_lead_here() {
    let (root, named) = (Address::Default, Address::Named("acme".parse().unwrap()));
    let location = "https://acme.atlassian.net/rest/api/3/task/1";
    assert_eq!(rewritten(header::LOCATION, location, &root), "https://gw/rest/api/3/task/1");
    assert_eq!(rewritten(header::LOCATION, location, &named), "https://gw/sites/acme/rest/api/3/task/1");
    let link = "</wiki/api/v2/pages?cursor=x>; rel=\"next\"";
    assert_eq!(rewritten(header::LINK, link, &root), link);
    assert_eq!(
        rewritten(header::LINK, link, &named),
        "</sites/acme/wiki/api/v2/pages?cursor=x>; rel=\"next\""
    );
    let elsewhere = "https://elsewhere.example/rest/x";
    assert_eq!(rewritten(header::LOCATION, elsewhere, &named), elsewhere);
}

#[test]
fn patterns_are_made_once_for_each_version_of_a_site() {
    let (links, first, second) = (Links::default(), site(), site());
    let patterns = links.patterns(&first);
    assert!(Arc::ptr_eq(&patterns, &links.patterns(&first)));
    assert!(!Arc::ptr_eq(&patterns, &links.patterns(&second)));
    assert_eq!(links.0.load().len(), 1);
}
