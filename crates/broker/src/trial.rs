//! Points of a refresh at which a process can be made to die, for the trial that shows that no grant is lost.
//!
//! Without the feature `failpoints`, which nothing that is handed out is built with, there are none.

/// The points, in the order of a refresh that goes well, then those of one that does not.
#[cfg(feature = "failpoints")]
const POINTS: [&str; 8] = [
    "after-claim",
    "before-send",
    "after-answer",
    "before-commit",
    "after-commit",
    "before-use",
    "before-release",
    "before-aside",
];

/// Says which point ends the process, and the how manieth time: `after-claim:3`.
#[cfg(feature = "failpoints")]
const VARIABLE: &str = "TICKETGATE_DIE_AT";

#[cfg(feature = "failpoints")]
struct Death {
    point: &'static str,
    left: std::sync::atomic::AtomicU64,
}

#[cfg(feature = "failpoints")]
static DEATH: std::sync::LazyLock<Option<Death>> = std::sync::LazyLock::new(|| {
    let asked = std::env::var(VARIABLE).ok()?;
    let (point, times) = asked.split_once(':').unwrap_or((&asked, "1"));
    let point = POINTS.into_iter().find(|known| *known == point)?;
    Some(Death { point, left: times.parse::<u64>().ok()?.into() })
});

/// The process is at this point; it may be its last. Nothing is flushed, closed or dropped, as under kill -9.
#[cfg(feature = "failpoints")]
pub(crate) fn reached(point: &'static str) {
    use std::sync::atomic::Ordering;
    if let Some(death) = DEATH.as_ref().filter(|death| death.point == point)
        && death.left.fetch_sub(1, Ordering::AcqRel) == 1
    {
        std::process::abort();
    }
}

/// Nothing happens here.
#[cfg(not(feature = "failpoints"))]
pub(crate) const fn reached(_point: &'static str) {}
