use super::*;

#[test]
fn a_document_tree_is_given_back_as_it_was_sent_and_searchable_as_text() {
    let tree = r#"{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"a < b"}]}]}"#;
    let body = Body::read(&json!({"representation": "atlas_doc_format", "value": tree})).unwrap();
    assert_eq!(body.shown("atlas_doc_format").as_deref(), Some(tree));
    assert_eq!(body.storage, "<p>a &lt; b</p>");
}

#[test]
fn both_ways_of_writing_a_body_mean_the_same() {
    let long = Body::read(&json!({"storage": {"value": "<p>x</p>", "representation": "storage"}}));
    let short = Body::read(&json!({"representation": "storage", "value": "<p>x</p>"}));
    assert_eq!(long, short);
    assert_eq!(short.unwrap().plain(), "x");
}

#[test]
fn an_unknown_representation_is_refused() {
    assert_eq!(Body::read(&json!({"representation": "latex", "value": "x"})), None);
    assert_eq!(Body::read(&json!({"representation": "atlas_doc_format", "value": "{"})), None);
}
