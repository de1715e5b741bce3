//! No, with the rule and the smallest change that would have allowed the call.

pub(crate) mod edit;
mod explain;

use std::fmt;
use std::sync::Arc;

use types::{Address, ClientId, Code, Refusal};

pub use edit::Edit;
pub(crate) use edit::listed;
pub(crate) use explain::{explain, is_guarded, is_guardrail};

use crate::manifest::Manifest;
use crate::rulebook::Glossary;

/// A no. Every part may be shown to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denial {
    /// Which refusal it becomes.
    pub code: Code,
    /// The entry that denied it, by file and line; `None` when nothing allowed it, which is the usual case.
    pub rule: Option<Arc<str>>,
    /// What is missing, one sentence.
    pub sentence: String,
    /// What would have allowed it, one sentence.
    pub smallest_change: String,
    /// The same as single steps; together they suffice. Empty when no change of a manifest or a token helps.
    pub edits: Vec<Edit>,
}

impl Denial {
    fn new(code: Code, sentence: impl Into<String>, smallest_change: impl Into<String>) -> Self {
        let (sentence, smallest_change) = (sentence.into(), smallest_change.into());
        Self { code, rule: None, sentence, smallest_change, edits: Vec::new() }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sentence, self.smallest_change)
    }
}

impl std::error::Error for Denial {}

impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Self {
        Self::new(denial.code, denial.sentence).advise(denial.smallest_change)
    }
}

/// How labels of the guardrails begin: no manifest is called so.
pub(crate) const GUARDRAILS: &str = "guardrails.toml:";

/// What to do when a guardrail is in the way.
pub(crate) fn no_manifest_can(rule: Option<&str>) -> String {
    let rule = rule.unwrap_or(GUARDRAILS);
    format!("It is a guardrail ({rule}): no manifest can allow it.")
}

/// The client has no manifest.
pub(crate) fn no_manifest(client: &ClientId) -> Denial {
    Denial::new(
        Code::NoManifest,
        format!("No manifest has been published for {client}."),
        format!("To allow it anything, write {client}.toml and publish it."),
    )
}

/// The call was recognised with another catalogue than the manifests were compiled with.
pub(crate) fn other_catalogue() -> Denial {
    Denial::new(
        Code::Internal,
        "The request was recognised with another catalogue than the manifests were compiled with.",
        "Send it again; if that does not help, have the manifests published again.",
    )
}

/// The manifest does not reach the addressed site.
pub(crate) fn no_site(manifest: &Manifest, address: &Address, glossary: &Glossary) -> Denial {
    let Manifest { client, file, .. } = manifest;
    let (what, known) = match address {
        // A manifest always has a default site; if one had none, the caller would hear this.
        Address::Default => (String::from("default site"), None),
        Address::Named(name) => {
            (format!("site {name}"), glossary.sites.iter().find(|site| site.name == *name))
        }
        Address::Cloud(id) => (
            format!("site with the cloud id {id}"),
            glossary.sites.iter().find(|site| site.cloud_id() == Some(id)),
        ),
    };
    let Some(site) = known else {
        return Denial::new(
            Code::SiteUnknown,
            format!("The gateway knows no {what}."),
            "Use a site it knows; an operator can add one to the settings.",
        );
    };
    let edit = Edit::AddSite { site: site.name.clone() };
    Denial {
        smallest_change: edit::sentence(std::slice::from_ref(&edit), file),
        edits: vec![edit],
        ..Denial::new(
            Code::SiteNotPermitted,
            format!("The manifest of {client} does not reach the {what}."),
            "",
        )
    }
}
