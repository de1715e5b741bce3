//! Whose manifest it is, who answers for it, what it is for.

use types::ClientId;

use crate::diagnostic::{DiagnosticCode, Findings, Note, quoted};
use crate::source::ManifestSet;
use crate::typed::{Given, Word};

/// The client: the file's name without `.toml`. `client` may repeat it, for readers, but not say another.
pub(super) fn client(typed: &Given<Word<'_>>, findings: &mut Findings<'_, '_>) -> Option<ClientId> {
    let file = findings.source.file;
    if file.name() == ManifestSet::GUARDRAILS {
        findings.add(DiagnosticCode::ClientMismatch, &(0..0), || {
            Note::new("guardrails.toml is what holds for every manifest, and no client's manifest")
        });
        return None;
    }
    let client: ClientId = match file.stem().parse() {
        Ok(client) => client,
        Err(error) => {
            findings.add(DiagnosticCode::ClientMismatch, &(0..0), || {
                Note::new(format!("the file's name must be the client's id: {error}"))
            });
            return None;
        }
    };
    match typed.value() {
        Some(word) if word.value != client.as_str() => {
            findings.add(DiagnosticCode::ClientMismatch, &word.span, || {
                Note::new(format!(
                    "the file {} is the manifest of {client}, not of {}",
                    quoted(file.name()),
                    quoted(&word.value)
                ))
                .did_you_mean(Some(client.as_str()), |word| format!("{word:?}"))
                .suggest("name the file after the client, or leave `client` out")
            });
            None
        }
        _ => Some(client),
    }
}

/// A text every manifest needs.
pub(super) fn required(
    key: &'static str,
    typed: &Given<Word<'_>>,
    findings: &mut Findings<'_, '_>,
) -> Option<Box<str>> {
    let word = present(key, typed, findings)?;
    let text = word.value.trim();
    if text.is_empty() || text.chars().any(char::is_control) {
        findings.add(DiagnosticCode::BadValue, &word.span, || {
            Note::new(format!("{key:?} must be one line that says something"))
        });
        return None;
    }
    Some(text.into())
}

/// The value of a key every manifest needs. Says so when the key is missing; a wrong value was complained about before.
pub(super) fn present<'t, T>(
    key: &'static str,
    typed: &'t Given<T>,
    findings: &mut Findings<'_, '_>,
) -> Option<&'t T> {
    if typed.is_absent() {
        missing(key, findings);
    }
    typed.value()
}

/// Says that a key is missing, with an example of what could stand there.
pub(super) fn missing(key: &'static str, findings: &mut Findings<'_, '_>) {
    let example = match key {
        "owner" => "owner = \"team-release@example.com\"",
        "purpose" => "purpose = \"Moves issues to Done when a release ships\"",
        "site" => "site = \"demo\"",
        "grant" => "grant = \"demo-service-account\"",
        _ => "scopes = [\"read:jira-work\"]",
    };
    findings.add(DiagnosticCode::MissingKey, &(0..0), || {
        Note::new(format!("every manifest needs {key:?}")).suggest(format!("add a line such as: {example}"))
    });
}
