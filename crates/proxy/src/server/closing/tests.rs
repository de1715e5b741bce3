use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

use super::*;

/// Ends when it is asked to; says how often it was.
#[derive(Default)]
struct Line {
    asked: u32,
}

impl Future for Line {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        if self.asked > 0 { Poll::Ready(self.asked) } else { Poll::Pending }
    }
}

impl Endable for Line {
    fn end(mut self: Pin<&mut Self>) {
        self.asked += 1;
    }
}

#[tokio::test]
async fn a_connection_that_sleeps_is_woken_and_asked_once() {
    let closing = Closing::default();
    let line = tokio::spawn({
        let closing = closing.clone();
        async move { closing.run(Box::pin(Line::default())).await }
    });
    tokio::task::yield_now().await;
    assert!(!line.is_finished());
    closing.begin();
    assert_eq!(tokio::time::timeout(Duration::from_secs(5), line).await.unwrap().unwrap(), 1);
}

/// Has something to do, and does it when it is polled.
struct Busy(Line);

impl Future for Busy {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        Poll::Ready(self.0.asked)
    }
}

impl Endable for Busy {
    fn end(mut self: Pin<&mut Self>) {
        self.0.asked += 1;
    }
}

#[tokio::test]
async fn what_has_come_already_is_done_before_a_connection_is_asked_to_end() {
    let closing = Closing::default();
    closing.begin();
    assert_eq!(closing.run(Box::pin(Busy(Line::default()))).await, 0);
}

#[tokio::test]
async fn a_connection_that_begins_afterwards_is_asked_at_once() {
    let closing = Closing::default();
    closing.begin();
    let ended = tokio::time::timeout(Duration::from_secs(5), closing.run(Box::pin(Line::default())));
    assert_eq!(ended.await.unwrap(), 1);
}

#[tokio::test]
async fn whoever_waits_for_the_beginning_sees_it_before_and_after() {
    let closing = Closing::default();
    let waiting = tokio::spawn({
        let closing = closing.clone();
        async move { closing.begun().await }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    closing.begin();
    tokio::time::timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap();
    tokio::time::timeout(Duration::from_secs(5), closing.begun()).await.unwrap();
}
