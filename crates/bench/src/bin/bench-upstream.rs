//! Stands where Atlassian stands: any request is answered with the same 2 KB of JSON, `POST /oauth/token` with a token.

use std::convert::Infallible;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

const TOKEN: &str = r#"{"access_token":"upstream-token-for-measuring","expires_in":3600,"token_type":"Bearer","scope":"read:jira-work"}"#;

fn main() -> anyhow::Result<()> {
    bench::single_thread()?.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let listener = bench::announce().await?;
    let issue = issue();
    let serve = async {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).ok();
            let issue = issue.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(request, issue.clone()));
                // A connection that ends badly is the other side's to report.
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await
                    .ok();
            });
        }
    };
    tokio::select! { () = serve => {}, () = bench::parent_gone() => {} }
    Ok(())
}

async fn answer(request: Request<Incoming>, issue: Bytes) -> Result<Response<Full<Bytes>>, Infallible> {
    let token = request.method() == Method::POST && request.uri().path() == "/oauth/token";
    request.into_body().collect().await.ok();
    let mut response =
        Response::new(Full::new(if token { Bytes::from_static(TOKEN.as_bytes()) } else { issue }));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    response
        .headers_mut()
        .insert("atl-traceid", HeaderValue::from_static("0b8f3a1c5d7e4f60a9b2c3d4e5f60718"));
    Ok(response)
}

/// Looks like an issue and weighs [`bench::ANSWER_BYTES`].
fn issue() -> Bytes {
    let start = r#"{"id":"10001","key":"REL-1","self":"https://bench.example/rest/api/3/issue/10001","fields":{"summary":""#;
    let end = r#""}}"#;
    let filler = bench::ANSWER_BYTES.saturating_sub(start.len() + end.len());
    Bytes::from(format!(
        "{start}{}{end}",
        "release notes ".repeat(filler / 14 + 1).get(..filler).unwrap_or_default()
    ))
}
