//! Clients and their credentials in memory: what the fast path looks at.
//!
//! A client and a secret are one object each for as long as the process lives, and tokens point at them: a change is
//! one store to an atomic, and whatever points there sees it with its next look.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use seal::Digest;
use store::ClientRow;
use types::{ClientId, Code, GrantName, Refusal};

use crate::Whence;
use crate::narrowing::Narrowing;
use crate::pace::Pace;
use crate::possession::Seen;
use crate::proves_by::Origin;
use crate::standing::{MayChange, Standing};
use crate::uses::Uses;

/// An end in milliseconds of Unix time, in one word, so that it can change under a reader.
struct End(AtomicI64);

/// Not at any time: revoked.
const NEVER_AGAIN: i64 = i64::MIN;

impl End {
    const fn new(until: i64) -> Self {
        Self(AtomicI64::new(until))
    }

    fn get(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }

    fn set(&self, until: i64) {
        self.0.store(until, Ordering::Release);
    }
}

fn until(expires_at: Option<Timestamp>) -> i64 {
    expires_at.map_or(i64::MAX, Timestamp::as_millisecond)
}

/// A registered client.
pub(crate) struct Member {
    id: ClientId,
    standing: ArcSwap<Standing>,
    pace: Pace,
    seen: Seen,
}

impl Member {
    /// How fast it may have tokens.
    pub(crate) const fn pace(&self) -> &Pace {
        &self.pace
    }

    /// The proofs it has used.
    pub(crate) const fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Its life as it is now.
    pub(crate) fn standing(&self) -> Arc<Standing> {
        self.standing.load_full()
    }
}

/// A living secret, another way of proving to be a client, or an access token of one client.
pub(crate) struct Credential {
    member: Arc<Member>,
    hint: Box<str>,
    end: End,
    /// For an access token: what it was fetched with, without which it is worth nothing.
    origin: Option<Arc<Self>>,
    /// What an access token was narrowed to.
    narrowing: Narrowing,
    /// The own grant of the user it acts for, found out once.
    grant: Option<GrantName>,
    /// For a secret: its row. Empty for a token.
    id: Box<str>,
    uses: Uses,
    /// For a secret: whether a younger one has taken its place.
    replaced: AtomicBool,
}

impl Credential {
    /// A secret that is good for nothing until its end is set.
    fn secret(member: &Arc<Member>, standing: &SecretStanding<'_>) -> Self {
        Self {
            member: Arc::clone(member),
            hint: standing.hint.into(),
            end: End::new(NEVER_AGAIN),
            origin: None,
            narrowing: Narrowing::default(),
            grant: None,
            id: standing.id.into(),
            uses: Uses::default(),
            replaced: AtomicBool::new(false),
        }
    }

    /// Another way of proving to be a client: good until it is taken away.
    fn origin(member: &Arc<Member>, origin: Origin) -> Self {
        Self {
            member: Arc::clone(member),
            hint: origin.hint.into(),
            end: End::new(until(None)),
            origin: None,
            narrowing: Narrowing::default(),
            grant: None,
            id: origin.id.into(),
            uses: Uses::default(),
            replaced: AtomicBool::new(false),
        }
    }

    /// The way in of a client without a secret; good as long as the client is.
    fn public(member: &Arc<Member>) -> Self {
        let standing = SecretStanding {
            id: PUBLIC,
            digest: Digest::from_bytes([0; 32]),
            hint: "client id only",
            expires_at: None,
            revoked: false,
            replaced: false,
        };
        Self { end: End::new(i64::MAX), ..Self::secret(member, &standing) }
    }

    /// An access token fetched with `origin`.
    pub(crate) fn token(
        origin: &Arc<Self>,
        hint: String,
        narrowing: Narrowing,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            member: Arc::clone(&origin.member),
            hint: hint.into(),
            end: End::new(expires_at.as_millisecond()),
            origin: Some(Arc::clone(origin)),
            grant: narrowing.account.as_deref().map(grant_of),
            narrowing,
            id: Box::default(),
            uses: Uses::default(),
            replaced: AtomicBool::new(false),
        }
    }

    /// A person's own token, or their session: made for them, as the built-in client. `id` is its row, if it has one.
    pub(crate) fn personal(
        origin: &Arc<Self>,
        (id, hint): (&str, String),
        account: &str,
        expires_at: Timestamp,
    ) -> Self {
        let narrowing = Narrowing { account: Some(account.into()), ..Narrowing::default() };
        Self { id: id.into(), ..Self::token(origin, hint, narrowing, expires_at) }
    }

    /// What everything hangs on that a built-in client calls with. It is in no directory: no request can name it.
    pub(crate) fn built_in(client: &ClientRow) -> Arc<Self> {
        let standing = ArcSwap::from_pointee(Standing::of(client));
        let member = Member { id: client.id.clone(), standing, pace: Pace::new(), seen: Seen::default() };
        Arc::new(Self::origin(&Arc::new(member), Origin { id: BUILT_IN.into(), hint: BUILT_IN.into() }))
    }

    /// The own grant of the user it acts for.
    pub(crate) const fn grant(&self) -> Option<&GrantName> {
        self.grant.as_ref()
    }

    pub(crate) const fn member(&self) -> &Arc<Member> {
        &self.member
    }

    pub(crate) fn client(&self) -> &ClientId {
        &self.member.id
    }

    pub(crate) const fn hint(&self) -> &str {
        &self.hint
    }

    pub(crate) const fn narrowing(&self) -> &Narrowing {
        &self.narrowing
    }

    /// The row of a secret.
    pub(crate) const fn id(&self) -> &str {
        &self.id
    }

    /// Whether it is a certificate shown in the TLS handshake.
    pub(crate) fn is_certificate(&self) -> bool {
        self.id.starts_with("tls:")
    }

    /// How often it was used.
    pub(crate) const fn uses(&self) -> &Uses {
        &self.uses
    }

    /// Whether it is the way in of a client without a secret, which proves nothing but a name.
    pub(crate) fn is_public(&self) -> bool {
        self.origin.is_none() && &*self.id == PUBLIC
    }

    /// Whether a younger secret has taken its place.
    pub(crate) fn is_replaced(&self) -> bool {
        self.replaced.load(Ordering::Relaxed)
    }

    /// When it ends by itself; `None` when it does not, or has been revoked.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.end.get()).ok()
    }

    /// Whether it is good at `now`, whatever its client may do.
    ///
    /// A secret that has merely run out leaves the tokens fetched with it alone; one that was revoked takes them along.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        let revoked = self.origin.as_ref().is_some_and(|origin| origin.end.get() == NEVER_AGAIN);
        !revoked && self.end.get() > now.as_millisecond()
    }

    /// Whether it may be used at `now` from there, and its client may be at all.
    pub(crate) fn check(&self, now: Timestamp, from: Whence) -> Result<MayChange, Refusal> {
        if !self.is_good(now) {
            return Err(Code::CredentialInvalid.into());
        }
        self.member.standing.load().check(now, from)
    }

    /// The same for a call: where a client's tokens have to be bound, nothing else is a credential.
    pub(crate) fn check_call(&self, now: Timestamp, from: Whence) -> Result<MayChange, Refusal> {
        if !self.is_good(now) {
            return Err(Code::CredentialInvalid.into());
        }
        let standing = self.member.standing.load();
        if standing.profile().bound_tokens && self.narrowing.bound_to.is_none() {
            return Err(Refusal::new(
                Code::CredentialInvalid,
                "This client calls with tokens that are bound to a key, and with nothing else.",
            ));
        }
        standing.check(now, from)
    }
}

/// The own grant of an account.
fn grant_of(account: &str) -> GrantName {
    GrantName::of_person(Digest::of_text(account).as_bytes())
}

/// Stands for the row of a secret where a client is built in.
const BUILT_IN: &str = "built in";

/// Stands for the row of a secret where a client has none.
const PUBLIC: &str = "public";

/// A secret as a row says it is.
pub(crate) struct SecretStanding<'a> {
    pub(crate) id: &'a str,
    pub(crate) digest: Digest,
    pub(crate) hint: &'a str,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) revoked: bool,
    pub(crate) replaced: bool,
}

/// Every client, and every secret that was not yet revoked when it was read.
#[derive(Default)]
pub(crate) struct Directory(RwLock<Entries>);

#[derive(Default)]
struct Entries {
    members: FxHashMap<ClientId, Enrolled>,
    secrets: FxHashMap<Digest, Arc<Credential>>,
}

struct Enrolled {
    member: Arc<Member>,
    secrets: Vec<(Digest, Arc<Credential>)>,
    /// By what else it proves itself.
    others: Vec<Arc<Credential>>,
    /// What the tokens of a client without a secret are fetched with.
    public: Option<Arc<Credential>>,
}

impl Directory {
    pub(crate) fn secret(&self, digest: &Digest) -> Option<Arc<Credential>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).secrets.get(digest).cloned()
    }

    /// What a token of this client was fetched with: the secret of a row, or another way of proving to be the client.
    pub(crate) fn secret_of(&self, client: &ClientId, id: &str) -> Option<Arc<Credential>> {
        let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let enrolled = entries.members.get(client)?;
        let secrets = enrolled.secrets.iter().map(|(_, secret)| secret);
        let mut origins = secrets.chain(&enrolled.others).chain(&enrolled.public);
        origins.find(|origin| origin.id() == id).cloned()
    }

    /// The way in of a client without a secret.
    pub(crate) fn public(&self, client: &ClientId) -> Option<Arc<Credential>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).members.get(client)?.public.clone()
    }

    /// The client of an id.
    pub(crate) fn member(&self, client: &ClientId) -> Option<Arc<Member>> {
        let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&entries.members.get(client)?.member))
    }

    /// Every secret of every client.
    pub(crate) fn secrets(&self) -> Vec<Arc<Credential>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).secrets.values().cloned().collect()
    }

    /// Takes a client out, with everything it could prove itself by and every token that hangs on that.
    pub(crate) fn expel(&self, client: &ClientId) -> bool {
        let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Some(gone) = entries.members.remove(client) else { return false };
        for (digest, secret) in &gone.secrets {
            secret.end.set(NEVER_AGAIN);
            entries.secrets.remove(digest);
        }
        gone.others.iter().chain(&gone.public).for_each(|origin| origin.end.set(NEVER_AGAIN));
        true
    }

    /// How many clients there are.
    pub(crate) fn len(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).members.len()
    }

    /// Enters a client, or a change of it, with all of its secrets; one that is no longer named counts as revoked, and so
    /// does another way of proving to be the client.
    pub(crate) fn enter<'a>(&self, client: &ClientRow, secrets: impl Iterator<Item = SecretStanding<'a>>) {
        let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Entries { members, secrets: by_digest } = &mut *entries;
        let enrolled = members.entry(client.id.clone()).or_insert_with(|| {
            let standing = ArcSwap::from_pointee(Standing::none());
            let member = Member { id: client.id.clone(), standing, pace: Pace::new(), seen: Seen::default() };
            Enrolled { member: Arc::new(member), secrets: Vec::new(), others: Vec::new(), public: None }
        });
        let member = &enrolled.member;
        let mut before = std::mem::take(&mut enrolled.secrets);
        for named in secrets {
            let end = if named.revoked { NEVER_AGAIN } else { until(named.expires_at) };
            let known = before.iter().position(|(digest, _)| *digest == named.digest);
            let secret = match known {
                Some(position) => before.swap_remove(position).1,
                None => Arc::new(Credential::secret(member, &named)),
            };
            secret.end.set(end);
            secret.replaced.store(named.replaced, Ordering::Relaxed);
            by_digest.insert(named.digest, Arc::clone(&secret));
            enrolled.secrets.push((named.digest, secret));
        }
        for (digest, gone) in before {
            gone.end.set(NEVER_AGAIN);
            by_digest.remove(&digest);
        }
        let standing = Standing::of(client);
        let before = std::mem::take(&mut enrolled.others);
        for origin in standing.proving().origins() {
            let known = before.iter().find(|known| known.id() == origin.id).cloned();
            let origin = known.unwrap_or_else(|| Arc::new(Credential::origin(&enrolled.member, origin)));
            enrolled.others.push(origin);
        }
        let kept = |gone: &&Arc<Credential>| enrolled.others.iter().any(|kept| Arc::ptr_eq(kept, gone));
        before.iter().filter(|gone| !kept(gone)).for_each(|gone| gone.end.set(NEVER_AGAIN));
        if standing.profile().public {
            enrolled.public.get_or_insert_with(|| Arc::new(Credential::public(&enrolled.member)));
        } else if let Some(gone) = enrolled.public.take() {
            gone.end.set(NEVER_AGAIN);
        }
        enrolled.member.standing.store(Arc::new(standing));
    }
}

#[cfg(test)]
mod tests;
