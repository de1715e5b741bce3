//! One of Atlassian's documents: which operation a request is, and what it may answer.

use std::path::PathBuf;

use serde_json::Value;

/// A document and where its paths stand in the stand-in.
pub(crate) struct Document {
    pub(crate) name: &'static str,
    /// What the stand-in's paths have in front of the document's.
    prefix: &'static str,
    pub(crate) root: Value,
    /// Whether it lists every property there is. Data Center's documents do not come near.
    pub(crate) complete: bool,
}

/// What an operation may answer.
pub(crate) enum Expected<'a> {
    /// The document does not know the path and method.
    UnknownOperation,
    /// It knows the operation but not this status.
    UnknownStatus,
    /// It says nothing about the body.
    AnyBody,
    /// The body's schema.
    Schema(&'a Value),
}

impl Document {
    /// Reads a document; `None`, with a message, where the folder is absent.
    pub(crate) fn open(name: &'static str, prefix: &'static str) -> Option<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/openapi");
        let path = folder.join(name);
        let Ok(text) = std::fs::read(&path) else {
            println!("skipped: {} is not there, so nothing was compared with {name}", path.display());
            return None;
        };
        let root = serde_json::from_slice(&text).expect("Atlassian's document is JSON");
        Some(Self { name, prefix, root, complete: !name.contains("-dc-") })
    }

    /// Whether a path is the document's at all; a journey may take a step elsewhere.
    pub(crate) fn covers(&self, path: &str) -> bool {
        path.starts_with(self.prefix)
    }

    /// The template of a path; literal segments win over captures.
    pub(crate) fn template(&self, method: &str, path: &str) -> Option<&str> {
        let path = path.split('?').next().unwrap_or_default().strip_prefix(self.prefix)?;
        let paths = self.root.get("paths")?.as_object()?;
        let fits = |template: &str| {
            let (mut wanted, mut given) = (template.split('/'), path.split('/'));
            loop {
                match (wanted.next(), given.next()) {
                    (None, None) => return true,
                    (Some(wanted), Some(given)) if wanted == given || wanted.starts_with('{') => {}
                    _ => return false,
                }
            }
        };
        let operations = paths.iter().filter(|(_, item)| item.get(method.to_lowercase()).is_some());
        let found = operations.filter(|(template, _)| fits(template)).map(|(template, _)| template.as_str());
        found.min_by_key(|template| template.split('/').map(|s| s.starts_with('{')).collect::<Vec<_>>())
    }

    /// What the document says about an answer.
    pub(crate) fn expected(&self, method: &str, template: Option<&str>, status: u16) -> Expected<'_> {
        let operation = template.and_then(|template| {
            self.root.get("paths")?.get(template)?.get(method.to_lowercase())?.get("responses")
        });
        let Some(responses) = operation else { return Expected::UnknownOperation };
        let Some(response) = responses.get(status.to_string()).or_else(|| responses.get("default")) else {
            return Expected::UnknownStatus;
        };
        let content = response.get("content").and_then(Value::as_object);
        let json =
            content.and_then(|content| content.iter().find(|(kind, _)| kind.starts_with("application/json")));
        match json.and_then(|(_, media)| media.get("schema")) {
            Some(schema) => Expected::Schema(schema),
            None => Expected::AnyBody,
        }
    }
}
