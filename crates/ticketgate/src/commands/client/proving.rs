//! Options about ways of proving, and how they are shown.

use control::views::{ChangeProvesBy, ClientView};
use oauth::{CertificateRule, ClaimRule, ProvesBy, Workload};
use serde_json::Value;

use crate::cli::{NoLonger, ProvenBy};
use crate::problem::{Exit, Problem};

/// The ways a new client has.
pub(super) fn all(args: &ProvenBy) -> Result<ProvesBy, Problem> {
    let (jwks, jwks_uri) = keys(args)?;
    Ok(ProvesBy { jwks, jwks_uri, workloads: workloads(args)?, certificates: certificates(args) })
}

/// The ways that change; `None` when none does.
pub(super) fn changed(args: &ProvenBy, no: &NoLonger) -> Result<Option<ChangeProvesBy>, Problem> {
    let (jwks, jwks_uri) = keys(args)?;
    let (workloads, certificates) = (workloads(args)?, certificates(args));
    let asked = ChangeProvesBy {
        jwks: jwks.map(Some).or(no.no_jwks.then_some(None)),
        jwks_uri: jwks_uri.map(Some).or(no.no_jwks.then_some(None)),
        workloads: (no.no_bind || !workloads.is_empty()).then_some(workloads),
        certificates: (no.no_tls || !certificates.is_empty()).then_some(certificates),
    };
    Ok((asked != ChangeProvesBy::default()).then_some(asked))
}

/// A document or a URL.
fn keys(args: &ProvenBy) -> Result<(Option<Value>, Option<String>), Problem> {
    let Some(named) = args.jwks.as_deref() else { return Ok((None, None)) };
    if named.starts_with("https://") || named.starts_with("http://") {
        return Ok((None, Some(named.to_owned())));
    }
    let unreadable = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Usage, format!("The keys in {named} cannot be read.")).because(error).advise(
            "Name a file with a JWKS document, {\"keys\": [...]}, of public keys only, or an https URL.",
        )
    };
    let text = std::fs::read_to_string(named).map_err(|error| unreadable(&error))?;
    serde_json::from_str(&text).map(|document| (Some(document), None)).map_err(|error| unreadable(&error))
}

fn workloads(args: &ProvenBy) -> Result<Vec<Workload>, Problem> {
    args.bind.iter().map(|text| workload(text)).collect()
}

/// `github:sub=repo:acme/app:*,environment=production`
fn workload(text: &str) -> Result<Workload, Problem> {
    let odd = |why: &dyn std::fmt::Display| {
        Problem::new(Exit::Usage, format!("{text:?} is no binding.")).because(why).advise(
            "Write the issuer's name, a colon, and claims: github:sub=repo:acme/app:ref:refs/heads/main",
        )
    };
    let (issuer, claims) = text.split_once(':').ok_or_else(|| odd(&"it has no colon"))?;
    let issuer = issuer.parse().map_err(|error| odd(&error))?;
    let claims = claims.split(',').map(|claim| {
        let (name, wanted) = claim.split_once('=').ok_or_else(|| odd(&"a claim has no equals sign"))?;
        let (exactly, wanted) = (!wanted.contains('*'), wanted.to_owned());
        Ok(ClaimRule {
            claim: name.split('/').map(str::to_owned).collect(),
            is: exactly.then(|| wanted.clone()),
            like: (!exactly).then_some(wanted),
        })
    });
    Ok(Workload { issuer, claims: claims.collect::<Result<_, Problem>>()? })
}

fn certificates(args: &ProvenBy) -> Vec<CertificateRule> {
    let all = |names: &[String], rule: fn(String) -> CertificateRule| -> Vec<CertificateRule> {
        names.iter().cloned().map(rule).collect()
    };
    [
        all(&args.tls_subject, CertificateRule::SubjectDn),
        all(&args.tls_dns, CertificateRule::SanDns),
        all(&args.tls_uri, CertificateRule::SanUri),
        all(&args.tls_sha256, CertificateRule::Sha256),
    ]
    .concat()
}

/// Lines for `client show`.
pub(super) fn show(client: &ClientView) -> String {
    let ProvesBy { jwks, jwks_uri, workloads, certificates } = &client.proves_by;
    let mut lines = Vec::new();
    if let Some(keys) = jwks.as_ref().and_then(|document| document.get("keys")?.as_array()) {
        let names = keys.iter().map(|key| key.get("kid").and_then(Value::as_str).unwrap_or("without kid"));
        lines.push(("keys", names.collect::<Vec<_>>().join(", ")));
    }
    if let Some(url) = jwks_uri {
        lines.push(("keys", format!("at {url}")));
    }
    for workload in workloads {
        let claims = workload.claims.iter().map(|rule| {
            let wanted = rule.is.as_deref().or(rule.like.as_deref()).unwrap_or_default();
            format!("{}={wanted}", rule.claim.join("/"))
        });
        lines.push(("workload", format!("{}:{}", workload.issuer, claims.collect::<Vec<_>>().join(","))));
    }
    for certificate in certificates {
        let words = match certificate {
            CertificateRule::SubjectDn(name) => format!("subject {name}"),
            CertificateRule::SanDns(name) => format!("for {name}"),
            CertificateRule::SanUri(uri) => format!("for {uri}"),
            CertificateRule::Sha256(digest) => format!("SHA-256 {digest}"),
        };
        lines.push(("certificate", words));
    }
    if client.bound_tokens {
        lines.push(("bound", "its tokens have to be bound to a key".to_owned()));
    }
    lines.into_iter().map(|(name, words)| format!("  {name:<12}{words}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_an_issuer_and_claims_exact_or_by_pattern_and_nested() {
        let bound = workload("k8s:sub=system:serviceaccount:jobs:*,kubernetes.io/namespace=jobs").unwrap();
        assert_eq!(bound.issuer.as_str(), "k8s");
        assert_eq!(bound.claims[0].like.as_deref(), Some("system:serviceaccount:jobs:*"));
        assert_eq!(bound.claims[1].claim, ["kubernetes.io", "namespace"]);
        assert_eq!((bound.claims[1].is.as_deref(), &bound.claims[1].like), (Some("jobs"), &None));
        for odd in ["", "github", "github:", "github:sub", "Git Hub:sub=x", ":sub=x"] {
            assert!(workload(odd).is_err(), "{odd}");
        }
    }
}
