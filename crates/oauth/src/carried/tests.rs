use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use super::*;

/// A change that has begun, and goes on when it is told to.
struct Change {
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
    made: Arc<AtomicBool>,
}

impl Change {
    fn new() -> Self {
        Self { begun: Arc::default(), go_on: Arc::default(), made: Arc::default() }
    }

    fn work(&self) -> impl Future<Output = u8> + Send + 'static {
        let (begun, go_on, made) = (Arc::clone(&self.begun), Arc::clone(&self.go_on), Arc::clone(&self.made));
        async move {
            begun.notify_one();
            go_on.notified().await;
            made.store(true, Ordering::SeqCst);
            7
        }
    }
}

#[tokio::test]
async fn a_change_is_made_though_nobody_waits_for_it_any_more_and_the_end_waits_for_it() {
    let (changes, change) = (Carried::default(), Change::new());
    tokio::select! {
        _ = changes.through(change.work()) => panic!("nobody has told it to go on"),
        () = change.begun.notified() => {}
    }
    assert!(!change.made.load(Ordering::SeqCst));
    let settled = tokio::spawn({
        let changes = changes.clone();
        async move { changes.settled().await }
    });
    change.go_on.notify_one();
    settled.await.unwrap();
    assert!(change.made.load(Ordering::SeqCst));
}

#[tokio::test]
async fn whoever_stays_hears_the_answer() {
    let (changes, change) = (Carried::default(), Change::new());
    change.go_on.notify_one();
    assert_eq!(changes.through(change.work()).await, Ok(7));
    changes.settled().await;
}

#[tokio::test]
async fn a_change_that_stops_without_an_answer_is_told_as_that() {
    let changes = Carried::default();
    let stops = async { panic!("a defect") };
    assert_eq!(changes.through::<u8>(stops).await, Err(Stopped));
}
