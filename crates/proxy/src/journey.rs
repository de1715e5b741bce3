//! The journey of a request: this list, one file per stage beside it.
//!
//! A read runs on the connection's task: when the client leaves, hyper drops the future, and the [`Ledger`] writes that
//! the client left. A call that changes something runs on a task of its own to its end: once its intent is durable, a
//! client that hangs up can neither cancel it nor lose its record. Only a body that is still passing ties it to the
//! client: when that breaks off, the request to Atlassian is aborted, and the record says so.

use http::{Request, Response};
use hyper::body::Incoming;
use jiff::Timestamp;
use types::{Code, Refusal, Retry};

use crate::attribution::Attribution;
use crate::ledger::Ledger;
use crate::made::Look;
use crate::manner::Manner;
use crate::ready::Ready;
use crate::{Body, Gateway, Peer, Proofs, answer, arrive, confine, decide, observe, own, recognise};

/// From the request to the response.
pub(crate) async fn run(gateway: &Gateway, request: Request<Incoming>, peer: &Peer) -> Response<Body> {
    let now = gateway.0.clock.now();
    let manner = Manner::of(&request, gateway.0.clock.request_id_at(now));
    let mut ledger = match Ledger::open(gateway, manner.id(), now, peer).await {
        Ok(ledger) => ledger,
        Err(refusal) => return manner.refuse_unrecorded(gateway, &refusal),
    };
    if let Some(page) = own::Page::at(request.uri().path()) {
        return Box::pin(own::answer(gateway, page, request, peer, ledger, manner)).await;
    }
    match question(gateway, request, (peer, now), &mut ledger).await {
        Err(refusal) => manner.refuse(ledger, &refusal),
        Ok(ready) if ready.changes_something() => change(gateway, ready, ledger, manner).await,
        Ok(ready) => carry(gateway, ready, ledger, manner).await,
    }
}

/// arrive, authenticate, recognise, decide, admit, and the body if it is small: all that can be waited for before anything
/// has happened. A client that leaves here has asked for nothing yet.
async fn question(
    gateway: &Gateway,
    request: Request<Incoming>,
    (peer, now): (&Peer, Timestamp),
    ledger: &mut Ledger,
) -> Result<Box<Ready>, Refusal> {
    let arrived = arrive::arrive(request, peer, &gateway.0.settings, now);
    let arrival = arrived.map_err(|astray| ledger.astray(*astray))?;
    ledger.arrived(&arrival);
    let caller =
        gateway.0.clients.authenticate(arrival.approach()).await.map_err(|away| ledger.turned_away(away))?;
    ledger.authenticated(&caller);
    let (site, call) = recognise::recognise(gateway, &arrival, &caller)?;
    ledger.recognised(&site, &call);
    let permit = decide::decide(gateway, &caller, &site, &call, (now, ledger))?;
    ledger.permitted(&permit, &gateway.0.names);
    let admission = gateway.0.admissions.admit(&permit).await?;
    ledger.admitted();
    let attribution = Attribution::of(&permit, &caller, ledger.id());
    Ready::of(arrival, call, permit, admission, &gateway.0.settings, (ledger.id(), attribution)).await
}

/// The rest of the journey of a call that changes something, out of the client's reach.
async fn change(gateway: &Gateway, ready: Box<Ready>, mut ledger: Ledger, manner: Manner) -> Response<Body> {
    let own = gateway.clone();
    ledger.unattended(true);
    let task = async move { carry(&own, ready, ledger, manner).await };
    let ended = gateway.0.changes.spawn(task).await;
    ended.unwrap_or_else(|_panicked| manner.refuse_unrecorded(gateway, &Code::Internal.into()))
}

/// acquire, confine, forward, record, respond.
async fn carry(gateway: &Gateway, ready: Box<Ready>, mut ledger: Ledger, manner: Manner) -> Response<Body> {
    let changes = ready.changes_something();
    match send(gateway, ready, &mut ledger).await {
        Ok((forwarded, links)) => answer::answer(gateway, forwarded, &links, ledger, manner),
        Err(refusal) if changes => manner.refuse(ledger, &refusal),
        Err(refusal) => manner.refuse(ledger, &of_a_read(refusal)),
    }
}

/// A read may be sent again, however it failed.
fn of_a_read(refusal: Refusal) -> Refusal {
    match refusal.entry().retry {
        Retry::Ambiguous => refusal.advise("Send it again; a read changes nothing."),
        Retry::No | Retry::Safe => refusal,
    }
}

async fn send(
    gateway: &Gateway,
    ready: Box<Ready>,
    ledger: &mut Ledger,
) -> Result<(crate::Forwarded, answer::Links), Refusal> {
    let Ready { call, permit, admission, mut message, links } = *ready;
    ledger.watch(message.payload.counter());
    let mut credential = gateway.0.broker.acquire(&permit, call.operation().face()).await?;
    ledger.acquired();
    if permit.terms().observes() {
        let look = observe::look(&gateway.0.forwarder, &permit, &call, &mut credential, &message, ledger);
        Box::pin(look).await;
    }
    if !permit.terms().is_free() {
        Box::pin(confine::check(&gateway.0.forwarder, &permit, &call, &mut credential, &mut message)).await?;
    }
    if permit.effect().changes_something() {
        ledger.look_for(Look::at_answer_of(call.operation()));
    }
    if permit.effect().changes_something() || gateway.0.settings.durable_reads {
        ledger.intend().await?;
    }
    let forwarded =
        gateway.0.forwarder.forward(Proofs { call, permit, admission, credential }, message).await?;
    ledger.forwarded(&forwarded.parts);
    Ok((forwarded, links))
}
