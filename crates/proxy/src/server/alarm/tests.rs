use super::*;

const SECOND: Duration = Duration::from_secs(1);

async fn after(alarm: &Alarm, wait: Duration) -> Duration {
    let before = alarm.now();
    alarm.sleep(wait).await;
    alarm.now() - before
}

/// What hyper does with nearly every one: asks it once, and drops it.
async fn ask_and_drop(alarm: &Alarm, wait: Duration) {
    let mut set = alarm.sleep(wait);
    assert!(std::future::poll_fn(|context| Poll::Ready(set.as_mut().poll(context))).await.is_pending());
}

#[tokio::test(start_paused = true)]
async fn it_rings_on_time_whatever_was_set_before() {
    let alarm = Alarm::default();
    assert_eq!(after(&alarm, 3 * SECOND).await, 3 * SECOND);
    assert_eq!(after(&alarm, 2 * SECOND).await, 2 * SECOND, "after one that has rung");
    ask_and_drop(&alarm, 5 * SECOND).await;
    tokio::time::advance(SECOND).await;
    assert_eq!(after(&alarm, 15 * SECOND).await, 15 * SECOND, "later than one that stands");
    ask_and_drop(&alarm, 15 * SECOND).await;
    assert_eq!(after(&alarm, SECOND).await, SECOND, "earlier than one that stands");
}

#[tokio::test(start_paused = true)]
async fn a_thousand_requests_set_one_timer() {
    let alarm = Alarm::default();
    let stands = |alarm: &Alarm| alarm.0.lock().unwrap().as_ref().unwrap().deadline();
    ask_and_drop(&alarm, 15 * SECOND).await;
    let first = stands(&alarm);
    for _ in 0..1000 {
        tokio::time::advance(Duration::from_millis(10)).await;
        ask_and_drop(&alarm, 15 * SECOND).await;
    }
    assert_eq!(stands(&alarm), first);
}
