use super::*;

fn cloud() -> Site {
    Site {
        name: "demo".parse().unwrap(),
        deployment: Deployment::Cloud {
            cloud_id: "1324a887-45db-4bf4-9e8f-5a0c6a1b2c3d".parse().unwrap(),
            origin: "https://acme.atlassian.net".to_owned(),
            api_origin: "https://api.atlassian.com".to_owned(),
        },
    }
}

#[test]
fn cloud_calls_go_through_the_api_gateway() {
    let base = Base::of(&cloud(), Face::JiraCloud).unwrap();
    assert_eq!(base.origin(), "https://api.atlassian.com");
    assert_eq!(base.prefix(), "/ex/jira/1324a887-45db-4bf4-9e8f-5a0c6a1b2c3d");
    let base = Base::of(&cloud(), Face::ConfluenceCloud).unwrap();
    assert_eq!(base.prefix(), "/ex/confluence/1324a887-45db-4bf4-9e8f-5a0c6a1b2c3d");
}

#[test]
fn data_center_calls_go_to_the_base_url() {
    let site = Site {
        name: "dc".parse().unwrap(),
        deployment: Deployment::JiraDataCenter { base: "http://127.0.0.1:2990/jira/".to_owned() },
    };
    let base = Base::of(&site, Face::JiraDataCenter).unwrap();
    assert_eq!((base.origin(), base.prefix()), ("http://127.0.0.1:2990", "/jira"));
    assert_eq!(base.authority().as_str(), "127.0.0.1:2990");
}

#[test]
fn a_face_the_site_does_not_have_has_no_base() {
    assert_eq!(Base::of(&cloud(), Face::JiraDataCenter), None);
    for url in ["", "acme", "ftp://acme", "https://user:word@acme", "/jira"] {
        assert_eq!(Base::new(url, ""), None, "{url}");
    }
}
