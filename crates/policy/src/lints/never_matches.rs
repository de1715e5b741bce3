//! Transitions of a project that does not exist for the client: either list may be misspelt.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    let terms = subject.lowered.manifest.terms();
    let unreachable = |name: &str, id: &str| {
        let rule = &terms.boundary.projects;
        let elsewhere = match &rule.allow {
            // A key may be that of an id in the list, and the other way round: then nobody can say here.
            Some(allow) => allow.find(name, id).is_none() && allow.only_like(name, id),
            None => false,
        };
        elsewhere || rule.deny.find(name, id).is_some()
    };
    for (rule, span) in terms.transitions.rules.iter().zip(&subject.lowered.spans.transitions) {
        let project = match &rule.which.project {
            Some(crate::terms::NameEntry::Text(key)) => (key.to_string(), String::new()),
            Some(crate::terms::NameEntry::Id(id)) => (String::new(), id.to_string()),
            None => continue,
        };
        if unreachable(&project.0, &project.1) {
            findings.add(DiagnosticCode::NeverMatches, span, || {
                let project = if project.0.is_empty() { &project.1 } else { &project.0 };
                Note::new(format!("these transitions are in {project}, which [projects] does not let in"))
                    .suggest("add the project to projects.allow, or leave the transitions out")
            });
        }
    }
}
