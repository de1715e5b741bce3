use super::*;
use crate::reply::Reply;

fn nothing(_: &mut Turn<'_>) -> Answer {
    Ok(Reply::no_content())
}

static ROUTES: &[Route] = &[
    get("/rest/api/{v}/issue/{issue}", ANY, nothing),
    get("/rest/api/{v}/issue/createmeta", ANY, nothing),
    put("/rest/api/{v}/issue/{issue}", ANY, nothing),
    get("/media/{rest...}", ANY, nothing),
];

#[test]
fn a_literal_beats_a_capture() {
    let found = Router::new(&[ROUTES]).find(&Method::GET, "/rest/api/2/issue/createmeta").unwrap();
    assert_eq!((found.captures.len(), found.dialect), (0, Dialect::V2));
}

#[test]
fn captures_are_decoded_and_the_version_is_checked() {
    let router = Router::new(&[ROUTES]);
    let found = router.find(&Method::GET, "/rest/api/3/issue/RE%4C-1").unwrap();
    assert_eq!(found.captures, [("issue", "REL-1".to_owned())]);
    assert!(router.find(&Method::GET, "/rest/api/4/issue/REL-1").is_none());
    assert!(router.find(&Method::DELETE, "/rest/api/3/issue/REL-1").is_none());
    assert!(router.knows_path("/rest/api/3/issue/REL-1"));
}

#[test]
fn an_open_end_takes_the_rest() {
    let found = Router::new(&[ROUTES]).find(&Method::GET, "/media/file/1/binary").unwrap();
    assert_eq!(found.captures, [("rest", "file/1/binary".to_owned())]);
}

#[test]
fn either_list_of_scopes_is_enough_but_all_of_it() {
    let held = ["a", "b"].map(str::to_owned).into();
    assert!(needs("x", "a,b").met_by(&held));
    assert!(!needs("x", "a,b,c").met_by(&held));
    assert!(!needs("", "").met_by(&held));
    assert!(ANY.met_by(&held));
}
