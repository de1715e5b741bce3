//! Bodies of content: kept as storage markup, shown as what was asked for.

use serde_json::{Value, json};

/// A body. Storage is always there; a document tree is kept beside it when the author sent one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) storage: String,
    tree: Option<String>,
}

impl Body {
    /// A body of storage markup.
    pub(crate) fn storage(text: impl Into<String>) -> Self {
        Self { storage: text.into(), tree: None }
    }

    /// What a client sent in some representation; `None` for a representation nobody may write.
    pub(crate) fn written(representation: &str, value: &str) -> Option<Self> {
        match representation {
            "storage" | "editor" | "editor2" | "view" => Some(Self::storage(value)),
            "wiki" => Some(Self::storage(paragraphs(value.lines()))),
            "atlas_doc_format" => {
                let tree: Value = serde_json::from_str(value).ok()?;
                let mut words = String::new();
                gather(&tree, &mut words, 0);
                Some(Self { storage: paragraphs(words.lines()), tree: Some(value.to_owned()) })
            }
            _ => None,
        }
    }

    /// Reads `{"storage":{"value":...,"representation":...}}` or `{"representation":...,"value":...}`.
    pub(crate) fn read(from: &Value) -> Option<Self> {
        let pair = |value: &Value, name: Option<&str>| {
            let representation = value.get("representation").and_then(Value::as_str).or(name)?;
            Self::written(representation, value.get("value").and_then(Value::as_str)?)
        };
        if from.get("value").is_some() {
            return pair(from, None);
        }
        from.as_object()?.iter().find_map(|(name, value)| pair(value, Some(name)))
    }

    /// The body in a representation, or `None` for one that is not shown here.
    pub(crate) fn shown(&self, representation: &str) -> Option<String> {
        match representation {
            "storage" | "view" | "export_view" | "styled_view" | "anonymous_export_view" | "editor" => {
                Some(self.storage.clone())
            }
            "atlas_doc_format" => {
                Some(self.tree.clone().unwrap_or_else(|| tree_of(&self.plain()).to_string()))
            }
            _ => None,
        }
    }

    /// The words without the markup.
    pub(crate) fn plain(&self) -> String {
        let mut plain = String::with_capacity(self.storage.len());
        let mut inside = false;
        for letter in self.storage.chars() {
            match letter {
                '<' => inside = true,
                '>' if inside => {
                    inside = false;
                    plain.push(' ');
                }
                letter if !inside => plain.push(letter),
                _ => {}
            }
        }
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn paragraphs<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.filter(|line| !line.trim().is_empty()).map(|line| format!("<p>{}</p>", escaped(line))).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Collects the text of a document tree, a line per block. Bounded, because clients write these trees.
fn gather(node: &Value, into: &mut String, depth: usize) {
    if depth > 64 {
        return;
    }
    if let Some(text) = node.get("text").and_then(Value::as_str) {
        into.push_str(text);
    }
    for child in node.get("content").and_then(Value::as_array).into_iter().flatten() {
        gather(child, into, depth + 1);
    }
    if matches!(node.get("type").and_then(Value::as_str), Some("paragraph" | "heading" | "listItem")) {
        into.push('\n');
    }
}

fn tree_of(text: &str) -> Value {
    let content = if text.is_empty() { json!([]) } else { json!([{"type": "text", "text": text}]) };
    json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": content}]})
}

#[cfg(test)]
mod tests;
