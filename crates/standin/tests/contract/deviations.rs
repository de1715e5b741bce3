//! Where Atlassian's documents and Atlassian's answers are known to differ; the stand-in follows the answers.

/// (document, operation or `*`, a part of the complaint, why the document is wrong)
type Deviation = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const KNOWN: &[Deviation] = &[
    ("confluence-cloud-v2", "*", "description: null is not of type \"object\"", "a space without description has null"),
    ("confluence-cloud-v2", "*", "icon: null is not of type \"object\"", "a space without icon has null"),
    ("confluence-cloud-v2", "*", "parentId: null is not", "pages at the top have null"),
    ("confluence-cloud-v2", "*", "parentType: null is not", "pages at the top have null"),
    ("confluence-cloud-v2", "PUT /pages/{id}", "no such status", "a stale version is a 409, which is not listed"),
    ("jira-cloud", "*", "'untranslatedName' was unexpected", "custom fields carry it, the document forgot it"),
    ("jira-cloud", "*", "'defaultLocale' was unexpected", "serverInfo has it, the document forgot it"),
    ("jira-cloud", "*", "/from: null is not", "a field that was empty before has null"),
    ("jira-cloud", "*", "/to: null is not", "a field that was emptied has null"),
    ("jira-cloud", "POST /rest/api/3/issue/bulkfetch", "'expand' was unexpected", "answers carry it, the document forgot it"),
    ("jira-cloud", "POST /rest/api/2/issue/bulkfetch", "'expand' was unexpected", "answers carry it, the document forgot it"),
    ("jira-cloud-platform-v2", "*", "('fromString', 'toString' were unexpected)", "lost when the document was rewritten"),
    ("jira-cloud-platform-v2", "*", "/permissions: Additional properties", "a map, which the rewritten document closed"),
    ("jira-cloud-platform-v2", "*", "/fields: Additional properties", "a map, which the rewritten document closed"),
    ("jira-cloud-platform-v2", "*", "/schema: Additional properties", "a map, which the rewritten document closed"),
    ("jira-cloud-platform-v2", "GET /rest/api/2/issue/{issueIdOrKey}/remotelink", "is not of type \"object\"", "without globalId it is a list"),
    ("jira-dc", "*", "is not of type \"object\"", "its generator calls lists, texts, numbers and null objects"),
    ("confluence-dc", "GET /rest/api/content/{id}/child/attachment", "no such status", "the document lists failures only"),
];

/// Whether a complaint is about the document rather than the stand-in.
pub(crate) fn is_known(document: &str, operation: &str, fault: &str) -> bool {
    KNOWN.iter().any(|(name, place, part, _)| {
        document.starts_with(name) && (*place == "*" || *place == operation) && fault.contains(part)
    })
}
