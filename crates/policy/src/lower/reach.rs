//! Where the client may go and as whom: sites and grant.

use std::sync::Arc;

use types::{ClientId, GrantName, Site};

use super::facts::{missing, present};
use crate::compile::Vocabulary;
use crate::diagnostic::{DiagnosticCode, Findings, Note, quoted};
use crate::nearest::nearest;
use crate::source::At;
use crate::typed::{Given, Word};

/// The sites, default first, each once. `None` when one of them is unknown or there is none.
pub(super) fn sites(
    site: &Given<Word<'_>>,
    more: &Given<At<Vec<Word<'_>>>>,
    vocabulary: &Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) -> Option<Vec<Arc<Site>>> {
    let mut sites: Vec<Arc<Site>> = Vec::new();
    let mut all_known = true;
    for word in site.value().into_iter().chain(more.value().into_iter().flat_map(|list| &list.value)) {
        match vocabulary.known.sites.get(&*word.value) {
            Some(known) if sites.iter().any(|site| site.name == known.name) => {}
            Some(known) => sites.push(Arc::clone(known)),
            None => {
                all_known = false;
                unknown_site(word, vocabulary, findings);
            }
        }
    }
    let none_typed = site.is_absent() && more.value().is_none_or(|list| list.value.is_empty());
    if none_typed && !matches!(more, Given::Wrong) {
        missing("site", findings);
    }
    (all_known && !sites.is_empty()).then_some(sites)
}

fn unknown_site(word: &Word<'_>, vocabulary: &Vocabulary<'_>, findings: &mut Findings<'_, '_>) {
    findings.add(DiagnosticCode::UnknownSite, &word.span, || {
        let note = Note::new(format!("the settings name no site {}", quoted(&word.value)));
        match nearest(&word.value, vocabulary.known.sites.keys().map(types::SiteName::as_str)) {
            Some(near) => note.did_you_mean(Some(near), |near| format!("{near:?}")),
            None => note.suggest(format!(
                "add [sites.{}] to ticketgate.toml, or name a site that is there",
                shown(word)
            )),
        }
    });
}

fn shown<'w>(word: &'w Word<'_>) -> &'w str {
    if word.value.parse::<types::SiteName>().is_ok() { &word.value } else { "NAME" }
}

/// The grant, or the word for the user's own. When nobody can say which grants there are, any name that is a name will do.
pub(super) fn grant(
    typed: &Given<Word<'_>>,
    vocabulary: &Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) -> Option<GrantName> {
    let word = present("grant", typed, findings)?;
    let grant: GrantName = match word.value.parse() {
        Ok(grant) => grant,
        Err(error) => {
            findings
                .add(DiagnosticCode::BadValue, &word.span, || Note::new(types::NameError::to_string(&error)));
            return None;
        }
    };
    // Whoever could name it here would act as that person without asking them.
    if grant.is_of_person() {
        findings.add(DiagnosticCode::BadValue, &word.span, || {
            Note::new("a person's own grant cannot be named")
                .suggest("write grant = \"user\": then each call goes out as the user it is made for")
        });
        return None;
    }
    // A warning only: grants come and go without the manifests, and one that is missing must not keep everybody else's from being published.
    if let Some(grants) =
        vocabulary.known.grants.filter(|grants| !grant.is_reserved() && !grants.contains(&grant))
    {
        findings.add(DiagnosticCode::UnknownGrant, &word.span, || {
            let note = Note::new(format!("the gateway holds no grant {}", quoted(&word.value)));
            match nearest(&word.value, grants.iter().map(GrantName::as_str)) {
                Some(near) => note.did_you_mean(Some(near), |near| format!("{near:?}")),
                None => note.suggest(format!("add it: ticketgate grant add {grant}")),
            }
        });
    }
    Some(grant)
}

/// Whether it stands for the user's own.
pub(super) fn is_of_users(grant: &GrantName) -> bool {
    grant.as_str() == GrantName::USER
}

/// People's own calls go out as themselves: with another grant everybody who can sign in could do what that one can.
pub(super) fn refuse_people_as_another(
    client: Option<&ClientId>,
    grant: Option<&GrantName>,
    typed: &Given<Word<'_>>,
    findings: &mut Findings<'_, '_>,
) {
    let people = client.is_some_and(ClientId::is_built_in);
    let another = grant.is_some_and(|grant| !is_of_users(grant));
    if let Some(word) = typed.value().filter(|_| people && another) {
        findings.add(DiagnosticCode::BadValue, &word.span, || {
            Note::new("what signed-in people do themselves goes out as themselves, and as nobody else")
                .did_you_mean(Some(GrantName::USER), |word| format!("{word:?}"))
        });
    }
}

/// What leaves the gateway passes by everything a manifest binds it to.
pub(super) fn refuse_vending_of_the_bound(
    bound: bool,
    vending: &Given<At<bool>>,
    findings: &mut Findings<'_, '_>,
) {
    if let Some(flag) = vending.value().filter(|flag| flag.value && bound) {
        findings.add(DiagnosticCode::BadValue, &flag.span, || {
            Note::new(
                "Atlassian's own token passes by projects, spaces, fields, `read_only` and all else the client is bound to",
            )
            .suggest("take `vending` out, or what binds it")
        });
    }
}

/// A token of a person's own is for the gateway alone: no client is handed one.
pub(super) fn refuse_vending_of_users(
    grant: Option<&GrantName>,
    vending: &Given<At<bool>>,
    findings: &mut Findings<'_, '_>,
) {
    let of_users = grant.is_some_and(is_of_users);
    if let Some(flag) = vending.value().filter(|flag| flag.value && of_users) {
        findings.add(DiagnosticCode::BadValue, &flag.span, || {
            Note::new("people's own tokens at Atlassian are never handed out")
                .suggest("take `vending` out, or name a grant that is nobody's own")
        });
    }
}
