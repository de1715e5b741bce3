//! Which browser is about to sign in or to consent: a cookie of its own, before anybody is known.

use axum::response::Response;
use clock::random;
use http::{HeaderMap, header};
use seal::Digest;
use seal::token::{self, Kind};
use types::Secret;

use crate::Parts;
use crate::cookies::Cookie;
use crate::page::{self, Notice};

/// A browser that can be told from others.
pub(crate) struct Visit {
    /// What it is known by.
    pub(crate) digest: Digest,
    /// The cookie, when it has to be set first.
    fresh: Option<Secret>,
}

/// The browser a request comes from, if it has been here a moment ago.
pub(crate) fn of(parts: &Parts, headers: &HeaderMap) -> Option<Digest> {
    let parsed = token::parse(Cookie::Visit.of(headers, &parts.issuer)?).ok()?;
    (parsed.kind == Kind::Session).then_some(parsed.digest)
}

impl Visit {
    /// The browser a request comes from, or one that is new here.
    pub(crate) fn of_or_new(parts: &Parts, headers: &HeaderMap) -> Result<Self, Notice> {
        if let Some(digest) = of(parts, headers) {
            return Ok(Self { digest, fresh: None });
        }
        let minted = token::mint(Kind::Session, random::bytes().map_err(|_| page::unavailable())?);
        Ok(Self { digest: minted.digest, fresh: Some(minted.text) })
    }

    /// The answer, with which a new browser gets its cookie.
    pub(crate) fn remembered(self, parts: &Parts, mut answer: Response) -> Response {
        if let Some(text) = self.fresh {
            answer.headers_mut().append(header::SET_COOKIE, Cookie::Visit.set(&parts.issuer, &text));
        }
        answer
    }
}
