use super::*;
use std::future::{pending, ready};

const SECOND: Duration = Duration::from_secs(1);

/// How long it takes until an alarm gives up on something that never comes.
async fn gives_up_after(alarm: &mut Alarm, wait: Duration) -> Duration {
    let before = after(Duration::ZERO).unwrap();
    assert!(alarm.until(after(wait), pending::<()>()).await.is_none());
    before.elapsed()
}

/// An exchange that takes a while and is in time.
async fn in_time(alarm: &mut Alarm, wait: Duration) {
    let exchange = tokio::time::sleep(Duration::from_millis(10));
    assert!(alarm.until(after(wait), exchange).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn it_gives_up_on_time_whatever_was_set_before() {
    let mut alarm = Alarm::default();
    assert_eq!(gives_up_after(&mut alarm, 3 * SECOND).await, 3 * SECOND);
    assert_eq!(gives_up_after(&mut alarm, 2 * SECOND).await, 2 * SECOND, "after one that has rung");
    in_time(&mut alarm, 5 * SECOND).await;
    assert_eq!(gives_up_after(&mut alarm, 15 * SECOND).await, 15 * SECOND, "later than one that stands");
    in_time(&mut alarm, 15 * SECOND).await;
    assert_eq!(gives_up_after(&mut alarm, SECOND).await, SECOND, "earlier than one that stands");
    in_time(&mut alarm, SECOND).await;
    tokio::time::sleep(5 * SECOND).await;
    assert_eq!(gives_up_after(&mut alarm, SECOND).await, SECOND, "after one that rang while nobody waited");
}

#[tokio::test(start_paused = true)]
async fn a_thousand_exchanges_set_one_timer() {
    let mut alarm = Alarm::default();
    in_time(&mut alarm, 30 * SECOND).await;
    let first = alarm.0.as_ref().unwrap().deadline();
    for _ in 0..1000 {
        in_time(&mut alarm, 30 * SECOND).await;
    }
    assert_eq!(alarm.0.as_ref().unwrap().deadline(), first);
}

#[tokio::test(start_paused = true)]
async fn what_is_there_at_once_is_taken_even_at_the_deadline_and_without_one() {
    let mut alarm = Alarm::default();
    assert_eq!(alarm.until(after(Duration::ZERO), ready(1)).await, Some(1));
    assert_eq!(alarm.until(None, tokio::time::sleep(3600 * SECOND)).await, Some(()));
    assert!(alarm.0.is_none(), "no timer was set");
}
