use types::Verb;

use super::*;
use crate::Catalogue;

fn path(text: &str) -> CanonicalPath {
    CanonicalPath::canonicalise(text).unwrap()
}

#[test]
fn latest_is_recognised_and_sent_as_one_fixed_version() {
    let catalogue = Catalogue::builtin().unwrap();
    for face in [Face::JiraCloud, Face::JiraDataCenter] {
        let call =
            catalogue.recognise(face, Verb::Put, &path("/rest/api/latest/issue/A-1/assignee")).unwrap();
        assert_eq!(call.path().as_str(), "/rest/api/2/issue/A-1/assignee");
        assert_eq!(call.parameters().next().unwrap().1, "A-1");
    }
    let board = catalogue.recognise(Face::JiraCloud, Verb::Get, &path("/rest/agile/latest/board")).unwrap();
    assert_eq!(board.path().as_str(), "/rest/agile/1.0/board");
}

#[test]
fn latest_means_nothing_anywhere_else() {
    let catalogue = Catalogue::builtin().unwrap();
    for (face, text) in [
        (Face::JiraCloud, "/rest/api/latestissue/A-1"),
        (Face::JiraCloud, "/rest/api/Latest/issue/A-1"),
        (Face::JiraCloud, "/rest/api/latest"),
        (Face::JiraCloud, "/rest/servicedeskapi/latest/request"),
        (Face::ConfluenceCloud, "/wiki/rest/api/latest/search"),
    ] {
        assert!(catalogue.recognise(face, Verb::Get, &path(text)).is_none(), "{text}");
    }
}
