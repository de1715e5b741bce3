//! A lock with a time to live.

use std::fs;
use std::time::Duration;

use super::kept::{Keep, Pair};
use super::{Without, points};

/// How long the lock is good for. Its author thought that no provider is slower.
const LIFE_MS: i64 = 150;

/// How often somebody who waits looks.
const LOOK: Duration = Duration::from_millis(20);

/// An access token that may be sent.
pub(super) async fn token(keep: &Keep, grant: &str) -> Result<String, Without> {
    loop {
        let pair = keep.read(grant).ok_or(Without::ForNow)?;
        if let Some(access) = pair.living(keep.now()) {
            return Ok(access);
        }
        if pair.over {
            return Err(Without::ForGood);
        }
        if lock(keep, grant) {
            return refresh(keep, grant, &pair).await;
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn refresh(keep: &Keep, grant: &str, pair: &Pair) -> Result<String, Without> {
    points::reached("after-claim");
    let next = match keep.redeem(grant, &pair.refresh).await {
        Ok(next) => next,
        Err(Without::ForGood) => Pair { over: true, ..pair.clone() },
        Err(Without::ForNow) => return Err(Without::ForNow),
    };
    points::reached("before-commit");
    keep.write(grant, &next).map_err(|_| Without::ForNow)?;
    points::reached("after-commit");
    let _ = fs::remove_file(keep.file(grant, "lock"));
    points::reached("before-use");
    next.access.filter(|_| !next.over).ok_or(Without::ForGood)
}

/// Takes the lock if nobody has it, or whoever has it has had it for too long.
fn lock(keep: &Keep, grant: &str) -> bool {
    let (file, now) = (keep.file(grant, "lock"), keep.now());
    // Written before it is there: one whose process died in between would have no end, and nobody could ever take it.
    let beside = keep.file(grant, &format!("lock.{}", std::process::id()));
    if fs::write(&beside, (now + LIFE_MS).to_string()).is_err() {
        return false;
    }
    let taken = fs::hard_link(&beside, &file).is_ok();
    let _ = fs::remove_file(&beside);
    if taken {
        return true;
    }
    let until = fs::read_to_string(&file).ok().and_then(|text| text.parse::<i64>().ok());
    if until.is_some_and(|until| now > until) {
        let _ = fs::remove_file(&file);
    }
    false
}
