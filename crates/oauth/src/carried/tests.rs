use tokio::sync::oneshot;

use super::*;

#[tokio::test]
async fn what_was_begun_is_done_when_nobody_waits_for_it_any_more() {
    let (go, gone) = oneshot::channel::<()>();
    let (done, is_done) = oneshot::channel();
    let mut waiting = Box::pin(carried_through(async move {
        let _ = gone.await;
        let _ = done.send(());
    }));
    let first = std::future::poll_fn(|context| std::task::Poll::Ready(waiting.as_mut().poll(context)));
    assert!(first.await.is_pending());
    drop(waiting);
    go.send(()).unwrap();
    is_done.await.unwrap();
}

#[tokio::test]
async fn what_comes_of_it_is_given_to_whoever_waits() {
    assert_eq!(carried_through(async { 7 }).await, 7);
}
