//! Document trees and the plain text that version 2 (and Data Center) speak instead.

use serde_json::{Value, json};

/// How deep a tree is followed.
const DEPTH_MAX: usize = 32;

/// A document of paragraphs: an empty line separates them, a line break stays one.
pub(crate) fn from_text(text: &str) -> Value {
    let paragraphs = text.replace("\r\n", "\n");
    let paragraphs = paragraphs.split("\n\n").map(|paragraph| {
        let mut content = Vec::new();
        for (at, line) in paragraph.split('\n').enumerate() {
            if at > 0 {
                content.push(json!({"type": "hardBreak"}));
            }
            if !line.is_empty() {
                content.push(json!({"type": "text", "text": line}));
            }
        }
        json!({"type": "paragraph", "content": content})
    });
    json!({"type": "doc", "version": 1, "content": paragraphs.collect::<Vec<_>>()})
}

/// The text of a document.
pub(crate) fn to_text(document: &Value) -> String {
    let mut out = String::new();
    write(document, &mut out, 0);
    out.truncate(out.trim_end().len());
    out
}

fn write(node: &Value, out: &mut String, depth: usize) {
    if depth > DEPTH_MAX {
        return;
    }
    let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
    let attribute = |name: &str| node.get("attrs").and_then(|attrs| attrs.get(name)).and_then(Value::as_str);
    match kind {
        "text" => out.push_str(node.get("text").and_then(Value::as_str).unwrap_or_default()),
        "hardBreak" => out.push('\n'),
        "listItem" => out.push_str("* "),
        "mention" => out.push_str(attribute("text").unwrap_or_default()),
        "inlineCard" => out.push_str(attribute("url").unwrap_or_default()),
        _ => {}
    }
    for child in node.get("content").and_then(Value::as_array).into_iter().flatten() {
        write(child, out, depth + 1);
    }
    match kind {
        "paragraph" | "heading" | "codeBlock" if depth == 1 => out.push_str("\n\n"),
        "paragraph" | "heading" | "codeBlock" => out.push('\n'),
        _ => {}
    }
}

/// Whether a value is a document and not just any object.
pub(crate) fn is_document(value: &Value) -> bool {
    value.get("type").and_then(Value::as_str) == Some("doc")
        && value.get("content").is_some_and(Value::is_array)
}

/// A document as the paragraphs of HTML that `renderedFields` shows.
pub(crate) fn to_html(document: &Value) -> String {
    let text = to_text(document).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.split("\n\n").map(|paragraph| format!("<p>{}</p>", paragraph.replace('\n', "<br/>"))).collect()
}
