//! A load bounded in count: COUNT GETs of one loopback URL over CONNECTIONS kept-alive connections.
//!
//! Prints the number of answers with status 200 and ends with an error when any answer had another.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::TokioIo;

/// The most requests one run sends.
const MOST: u64 = 2_000_000;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(url), Some(count), Some(connections)) = (args.next(), args.next(), args.next()) else {
        bail!("usage: bench-load URL COUNT CONNECTIONS [AUTHORIZATION]");
    };
    let load = Load { url: url.parse()?, authorization: args.next() };
    let count: u64 = count.parse()?;
    ensure!(count <= MOST, "at most {MOST} requests");
    bench::single_thread()?.block_on(run(Arc::new(load), count, connections.parse()?))
}

struct Load {
    url: Uri,
    authorization: Option<String>,
}

async fn run(load: Arc<Load>, count: u64, connections: u64) -> anyhow::Result<()> {
    ensure!(load.url.host() == Some("127.0.0.1"), "the load stays on 127.0.0.1");
    let left = Arc::new(AtomicU64::new(count));
    let workers: Vec<_> =
        (0..connections).map(|_| tokio::spawn(connection(Arc::clone(&load), Arc::clone(&left)))).collect();
    let mut good = 0;
    for worker in workers {
        good += worker.await??;
    }
    writeln!(std::io::stdout(), "{good}")?;
    ensure!(good == count, "{} answers were not 200", count - good);
    Ok(())
}

#[allow(
    clippy::disallowed_methods,
    reason = "a load generator stands outside the gateway, where clients stand"
)]
async fn connection(load: Arc<Load>, left: Arc<AtomicU64>) -> anyhow::Result<u64> {
    let authority = load.url.authority().context("the URL names no host")?;
    let stream = tokio::net::TcpStream::connect(authority.as_str()).await?;
    stream.set_nodelay(true)?;
    let (mut sender, driver) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(driver);
    let mut good = 0;
    while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok() {
        let mut request = Request::get(load.url.path_and_query().map_or("/", |path| path.as_str()))
            .header("host", authority.as_str())
            .header("accept", "application/json");
        if let Some(authorization) = &load.authorization {
            request = request.header("authorization", authorization);
        }
        sender.ready().await?;
        let answer = sender.send_request(request.body(Empty::<Bytes>::new())?).await?;
        let status = answer.status();
        answer.into_body().collect().await?;
        good += u64::from(status == StatusCode::OK);
    }
    Ok(good)
}
