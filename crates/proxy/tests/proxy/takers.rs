//! Clients that ask and then take nothing.

use std::time::Duration;

use audit::Ended;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::AsyncWriteExt;

use crate::upstream::{json, scripted};
use crate::world::{SOON, Wish, World};

const LONG: &str = "/rest/api/3/issue/LONG-1";
const SHORT: &str = "/rest/api/3/issue/SHORT-1";

/// A gateway that waits for a client for a tenth of a second, before a site with one long issue.
async fn world() -> World {
    let long = format!("\"{}\"", "x".repeat(32 << 20));
    let answer = move |text: &str| json("200 OK", if text.contains("LONG-1") { &long } else { "{}" });
    let (upstream, _) = scripted(answer).await;
    let mut wish = Wish::default();
    wish.settings.idle = Duration::from_millis(100);
    World::with(upstream, wish).await
}

/// An HTTP/2 client with room for `window` bytes per stream, until something is read.
async fn client(world: &World, window: u32) -> SendRequest<Empty<Bytes>> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(window);
    let (sender, connection) = builder.handshake(TokioIo::new(world.connect().await)).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// Sends, and takes the head of the answer.
async fn ask(client: &mut SendRequest<Empty<Bytes>>, world: &World, path: &str) -> hyper::body::Incoming {
    let request = world.request("GET", path).body(Empty::new()).unwrap();
    let (head, body) = client.send_request(request).await.unwrap().into_parts();
    assert_eq!(head.status, 200);
    body
}

/// Waits until no call has a place any more.
async fn all_places_given_back(world: &World) {
    let given_back = tokio::time::timeout(SOON, async {
        while world.admissions.occupancy().in_flight > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    given_back.await.unwrap();
}

#[tokio::test]
async fn a_stream_whose_client_withholds_its_window_is_reset_and_its_place_given_back() {
    let world = world().await;
    let mut client = client(&world, 1 << 10).await;
    let body = ask(&mut client, &world, LONG).await;
    assert_eq!(world.admissions.occupancy().in_flight, 1);
    all_places_given_back(&world).await;
    body.collect().await.unwrap_err();
    // The connection, and whatever else it carries, goes on.
    let other = ask(&mut client, &world, SHORT).await.collect().await.unwrap();
    assert_eq!(&other.to_bytes()[..], b"{}");
    let ended: Vec<_> = world.records().await.into_iter().map(|record| record.ended).collect();
    assert_eq!(ended, [Some(Ended::Deadline), Some(Ended::Complete)]);
}

#[tokio::test]
async fn a_small_answer_that_is_not_taken_holds_no_place_and_its_stream_is_reset_too() {
    let world = world().await;
    let mut client = client(&world, 0).await;
    let body = ask(&mut client, &world, SHORT).await;
    assert_eq!(world.admissions.occupancy().in_flight, 0);
    // No byte of it could be sent, so what ends the wait is the reset.
    tokio::time::timeout(SOON, body.collect()).await.unwrap().unwrap_err();
}

#[tokio::test]
async fn a_client_that_leaves_a_stream_is_not_said_to_have_been_left() {
    let world = world().await;
    let mut client = client(&world, 1 << 10).await;
    drop(ask(&mut client, &world, LONG).await);
    all_places_given_back(&world).await;
    assert_eq!(world.record().await.ended, Some(Ended::ClientLeft));
}

#[tokio::test]
async fn a_connection_whose_client_does_not_read_is_closed_and_its_place_given_back() {
    let world = world().await;
    let mut client = world.connect().await;
    let text = format!("GET {LONG} HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\n\r\n", world.authorization);
    client.write_all(text.as_bytes()).await.unwrap();
    client.readable().await.unwrap();
    all_places_given_back(&world).await;
    assert_eq!(world.record().await.ended, Some(Ended::Deadline));
    drop(client);
}
