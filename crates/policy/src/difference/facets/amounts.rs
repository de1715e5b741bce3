//! How much, how soon, for whom.

use super::among::Entry;
use super::{Allowed, Among, Facet, Most, Subject, Weighs};
use crate::terms::Priority;

pub(super) const RATE: Facet = Facet { name: "requests per second", weighs: Weighs::Permits, of: rate };
pub(super) const BURST: Facet = Facet { name: "burst", weighs: Weighs::Permits, of: burst };
pub(super) const CONCURRENT: Facet = Facet { name: "concurrent", weighs: Weighs::Permits, of: concurrent };
pub(super) const PER_DAY: Facet = Facet { name: "per day", weighs: Weighs::Permits, of: per_day };
pub(super) const PRIORITY: Facet = Facet { name: "priority", weighs: Weighs::Permits, of: priority };
pub(super) const USERS: Facet = Facet { name: "on behalf of", weighs: Weighs::Permits, of: users };

fn rate(subject: &Subject<'_>) -> Allowed {
    let limits = subject.manifest().terms().limits();
    Allowed::Most(Most::number(limits.requests_per_second.map(u64::from), ""))
}

fn burst(subject: &Subject<'_>) -> Allowed {
    let limits = subject.manifest().terms().limits();
    Allowed::Most(Most::number(limits.burst_in_force().map(u64::from), ""))
}

fn concurrent(subject: &Subject<'_>) -> Allowed {
    let limits = subject.manifest().terms().limits();
    Allowed::Most(Most::number(limits.concurrent.map(u64::from), ""))
}

fn per_day(subject: &Subject<'_>) -> Allowed {
    Allowed::Most(Most::number(subject.manifest().terms().limits().per_day, ""))
}

/// Whoever goes first takes it from others.
fn priority(subject: &Subject<'_>) -> Allowed {
    let priority = subject.manifest().terms().priority();
    Allowed::Most(Most::word(priority as i128, priority.as_str(), priority == Priority::default()))
}

fn users(subject: &Subject<'_>) -> Allowed {
    let accounts = subject.manifest().on_behalf_of();
    let entry = |account: &str| Entry::spelt(account, account.to_owned());
    Allowed::Among(Among::new(
        accounts.map(|accounts| accounts.iter().map(|account| entry(account)).collect()),
        Vec::new(),
        "every user",
    ))
}

/// Whether the client is observed: while it is, nothing is refused.
pub(super) fn any(subject: &Subject<'_>) -> bool {
    subject.manifest().terms().observes()
}
