use super::*;

fn found(json: &str, way: &str) -> Result<Vec<String>, Astray> {
    let json = Json::parse(json.as_bytes()).unwrap();
    find(&json, way).map(|found| found.into_iter().map(ToString::to_string).collect())
}

#[test]
fn a_way_leads_through_members_lists_and_all_members() {
    let json = r#"{"a":{"b":1},"l":[{"x":[1,2]},{"x":[3]},{}],"m":{"p":{"id":7},"q":{"id":8}},"n":null}"#;
    assert_eq!(found(json, "a.b").unwrap(), ["1"]);
    assert_eq!(found(json, "l[].x[]").unwrap(), ["1", "2", "3"]);
    assert_eq!(found(json, "m.*.id").unwrap(), ["7", "8"]);
    assert_eq!(found(json, "n.whatever[]").unwrap(), Vec::<String>::new());
    assert_eq!(found(json, "absent.whatever").unwrap(), Vec::<String>::new());
    assert_eq!(found("[[1],[2]]", "[][]").unwrap(), ["1", "2"]);
    assert_eq!(found("[{\"id\":1}]", "[].id").unwrap(), ["1"]);
}

#[test]
fn what_stands_on_the_way_in_another_shape_is_not_nothing() {
    assert_eq!(found(r#"{"a":[{"b":1}]}"#, "a.b"), Err(Astray));
    assert_eq!(found(r#"{"a":{"b":1}}"#, "a[].b"), Err(Astray));
    assert_eq!(found(r#"{"a":"text"}"#, "a.b"), Err(Astray));
}

#[test]
fn what_is_found_can_be_changed() {
    let mut json = Json::parse(br#"{"l":[{"x":1},{"x":2},3],"m":{"a":{"x":3}}}"#).unwrap();
    find_mut(&mut json, "l[].x", &mut |value| *value = Json::number_of(9));
    find_mut(&mut json, "m.*.x", &mut |value| *value = Json::text_of("\"y"));
    assert_eq!(json.to_string(), r#"{"l":[{"x":9},{"x":9},3],"m":{"a":{"x":"\"y"}}}"#);
}
