//! Atlassian's OpenAPI documents.

use std::collections::BTreeSet;

use serde_json::Value;
use types::{Product, Verb};

use super::entry::{Alternative, Entry, ImportError};
use super::{merge, names, schema};
use crate::naming::Place;
use crate::template::{Piece, segments};
use crate::trie::MOST_PARAMETERS;

/// Reads one of Atlassian's OpenAPI 3 documents: operations, scopes, and the parameters that name something.
///
/// Title and servers tell Data Center from Cloud and what paths are relative to; the paths themselves tell the
/// products of Cloud apart. Scopes are read from `x-atlassian-oauth2-scopes`, or where that is absent from
/// `security`.
///
/// # Errors
/// [`ImportError::NotOpenApi`] when there are no paths, [`ImportError::Operation`] with the first one that belongs to
/// no product or whose path cannot be matched.
pub fn from_openapi(document: &Value) -> Result<Vec<Entry>, ImportError> {
    let paths = document.get("paths").and_then(Value::as_object).ok_or(ImportError::NotOpenApi)?;
    let base = base(document);
    let mut entries = Vec::new();
    for (path, item) in paths {
        for verb in Verb::ALL {
            if let Some(operation) = item.get(verb.as_str().to_ascii_lowercase()) {
                let source = Source { document, item, operation, verb };
                let entry = source.entry(&base, path).map_err(|problem| ImportError::Operation {
                    verb,
                    path: path.clone(),
                    problem,
                })?;
                entries.push(entry);
            }
        }
    }
    Ok(merge(Vec::new(), entries))
}

/// What the servers' URL puts in front of every path. A Data Center's context path (`/confluence`) is the site's, not
/// the API's.
fn base(document: &Value) -> String {
    let url = document.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
    let after_host = url.split_once("//").map_or(url, |(_, rest)| rest);
    let path =
        segments(after_host).skip(1).skip_while(|segment| !matches!(*segment, "rest" | "wiki" | "jsm"));
    path.flat_map(|segment| ["/", segment]).collect()
}

fn product(document: &Value, template: &str) -> Option<Product> {
    let title = document.pointer("/info/title").and_then(Value::as_str).unwrap_or_default();
    if title.contains("Data Center") || title.contains("Server") {
        return Some(match title {
            _ if title.to_ascii_lowercase().starts_with("jira") => Product::JiraDataCenter,
            _ if title.starts_with("Confluence") => Product::ConfluenceDataCenter,
            _ => return None,
        });
    }
    let mut segments = segments(template);
    Some(match (segments.next()?, segments.next()?) {
        ("wiki", _) => Product::Confluence,
        ("jsm", "assets") => Product::Assets,
        ("rest", "servicedeskapi") => Product::ServiceManagement,
        ("rest", "api" | "atlassian-connect" | "forge" | "internal") => Product::Jira,
        ("rest", _) => Product::JiraSoftware,
        _ => return None,
    })
}

/// Base and path as a template of ours: no slash at the end, no regular expression behind a parameter's name.
fn template(base: &str, path: &str) -> Result<String, &'static str> {
    let mut out = String::with_capacity(base.len() + path.len());
    let mut parameters = 0;
    for segment in segments(base).chain(segments(path)) {
        out.push('/');
        match Piece::read(segment).ok_or("a parameter is not a whole segment of the path")? {
            Piece::Literal(literal) => out.push_str(literal),
            Piece::Parameter(name) => {
                parameters += 1;
                out.extend(["{", name.split(':').next().unwrap_or(name).trim(), "}"]);
            }
        }
    }
    if parameters > MOST_PARAMETERS { Err("the path has too many parameters") } else { Ok(out) }
}

/// One operation and where it stands.
struct Source<'a> {
    document: &'a Value,
    item: &'a Value,
    operation: &'a Value,
    verb: Verb,
}

impl<'a> Source<'a> {
    fn entry(&self, base: &str, path: &str) -> Result<Entry, &'static str> {
        let template = template(base, path)?;
        let product = product(self.document, &template).ok_or("the path belongs to no product")?;
        let scopes = if matches!(product, Product::JiraDataCenter | Product::ConfluenceDataCenter) {
            // Data Center knows no scopes, so it needs none.
            Scopes { classic: Some(BTreeSet::new()), granular: None }
        } else {
            self.scopes()
        };
        let mut entry = Entry {
            id: self.text("operationId").into(),
            classic: scopes.classic,
            granular: scopes.granular,
            deprecated: self.holds("deprecated"),
            experimental: self.holds("x-experimental"),
            removal: self.removal(),
            tag: self.operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or_default().into(),
            ..Entry::bare(product, self.verb, &template)
        };
        names::add_known(&mut entry);
        self.add_query(&mut entry);
        self.add_body(&mut entry);
        Ok(entry)
    }

    fn text(&self, key: &str) -> &'a str {
        self.operation.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    fn holds(&self, key: &str) -> bool {
        self.operation.get(key).and_then(Value::as_bool).unwrap_or_default()
    }

    fn list(&self, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
        self.operation.get(key).and_then(Value::as_array).into_iter().flatten()
    }

    fn removal(&self) -> Option<crate::operation::Date> {
        self.list("x-changes")
            .filter(|change| change.get("type").and_then(Value::as_str) == Some("removed"))
            .find_map(|change| change.get("effective").and_then(Value::as_str)?.parse().ok())
    }

    fn add_query(&self, entry: &mut Entry) {
        let shared = self.item.get("parameters").and_then(Value::as_array).into_iter().flatten();
        for parameter in self.list("parameters").chain(shared) {
            let Some(parameter) = schema::resolve(self.document, parameter) else { continue };
            let text = |key| parameter.get(key).and_then(Value::as_str);
            if let (Some("query"), Some(name)) = (text("in"), text("name")) {
                names::add(entry, Place::Query, name, false);
            }
        }
    }

    fn add_body(&self, entry: &mut Entry) {
        let body = self.operation.get("requestBody").and_then(|body| schema::resolve(self.document, body));
        let kinds = body.and_then(|body| body.get("content")).and_then(Value::as_object);
        for (media_type, content) in kinds.into_iter().flatten() {
            if let Some(schema) = content.get("schema")
                && (media_type.contains("json") || media_type.starts_with('*'))
            {
                schema::properties(self.document, schema, &mut |way, list| {
                    names::add(entry, Place::Body, way, list)
                });
            }
        }
    }

    fn scopes(&self) -> Scopes {
        let mut scopes = Scopes::default();
        for alternative in self.list("x-atlassian-oauth2-scopes") {
            let beta = alternative.get("state").and_then(Value::as_str) == Some("Beta");
            scopes.add(alternative.get("scopes"), beta);
        }
        if scopes == Scopes::default() {
            for scheme in self.list("security").filter_map(Value::as_object).flatten() {
                if scheme.0.to_ascii_lowercase().contains("oauth") {
                    scopes.add(Some(scheme.1), false);
                }
            }
        }
        scopes
    }
}

/// The two alternatives an operation may list.
#[derive(Default, PartialEq, Eq)]
struct Scopes {
    classic: Alternative,
    granular: Alternative,
}

impl Scopes {
    /// Adds one alternative. Jira calls its granular one "Beta"; Confluence calls whatever it has "Current", so there
    /// the names decide.
    fn add(&mut self, names: Option<&Value>, beta: bool) {
        let names = names.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let names: BTreeSet<Box<str>> = names.map(Box::from).collect();
        let granular = beta || !names.is_empty() && names.iter().all(|name| is_granular(name));
        let slot = if granular { &mut self.granular } else { &mut self.classic };
        if slot.is_none() {
            *slot = Some(names);
        }
    }
}

/// `verb:object:product`; classic ones are `verb:area`, but for `readonly:content.attachment:confluence`.
fn is_granular(name: &str) -> bool {
    name.split(':').count() == 3 && !name.starts_with("readonly:")
}

#[cfg(test)]
mod tests;
