use super::*;

#[test]
fn a_parameter_is_a_whole_segment_in_braces() {
    assert_eq!(Piece::read("issue"), Some(Piece::Literal("issue")));
    assert_eq!(Piece::read("{id}"), Some(Piece::Parameter("id")));
    for odd in ["{}", "a{id}", "{id}.png", "{", "}", "{a}{b}", ""] {
        assert_eq!(Piece::read(odd), None, "{odd}");
    }
}

#[test]
fn the_shape_forgets_parameters_names() {
    assert_eq!(shape("/a/{b}/c/{d-e}/"), "/a/{}/c/{}");
}

#[test]
fn the_version_is_read_from_the_path() {
    for (template, expected) in [
        ("/rest/api/3/issue", "3"),
        ("/rest/agile/1.0/board", "1.0"),
        ("/wiki/api/v2/pages", "2"),
        ("/wiki/rest/api/content", "1"),
        ("/rest/servicedeskapi/request", "1"),
        ("/jsm/assets/workspace/{workspaceId}/v1/object", "1"),
        ("/rest/internal/api/latest/worklog/bulk", "latest"),
    ] {
        assert_eq!(version(template), expected, "{template}");
    }
}
