//! Redeem, use, and write down later.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::kept::{Keep, Pair};
use super::{Without, points};

/// How often what is in memory is written: seldom, to spare the disk.
const EVERY: Duration = Duration::from_secs(5);

/// What is in memory.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<BTreeMap<String, Arc<Mutex<Option<Pair>>>>>);

/// An access token that may be sent.
pub(super) async fn token(keep: &Keep, memory: &Memory, grant: &str) -> Result<String, Without> {
    let one = Arc::clone(memory.0.lock().await.entry(grant.to_owned()).or_default());
    let mut pair = one.lock().await;
    let known = match pair.take() {
        Some(known) => known,
        None => keep.read(grant).ok_or(Without::ForNow)?,
    };
    if known.over || known.living(keep.now()).is_some() {
        let access = known.access.clone().filter(|_| !known.over);
        *pair = Some(known);
        return access.ok_or(Without::ForGood);
    }
    points::reached("after-claim");
    let next = match keep.redeem(grant, &known.refresh).await {
        Ok(next) => next,
        Err(Without::ForGood) => Pair { over: true, ..known },
        Err(Without::ForNow) => {
            *pair = Some(known);
            return Err(Without::ForNow);
        }
    };
    let access = next.access.clone().filter(|_| !next.over);
    *pair = Some(next);
    points::reached("before-use");
    access.ok_or(Without::ForGood)
}

/// Writes what is in memory, again and again.
pub(super) async fn keep_writing(keep: &Keep, memory: &Memory) {
    loop {
        tokio::time::sleep(EVERY).await;
        let all: Vec<_> =
            memory.0.lock().await.iter().map(|(grant, one)| (grant.clone(), Arc::clone(one))).collect();
        for (grant, one) in all {
            if let Some(pair) = &*one.lock().await {
                points::reached("before-commit");
                let _ = keep.write(&grant, pair);
                points::reached("after-commit");
            }
        }
    }
}
