//! The section about more, for a time.

use control::ControlError;
use control::views::{ElevationState, ElevationView};
use oauth::Session;
use seal::{Digest, proof};
use types::ClientId;

use crate::Parts;
use crate::elevations::{of, purpose_of_asking, purpose_of_ending};
use crate::moment::Moment;

/// How many that are over are shown.
const OVER: usize = 3;

/// What the section shows.
pub(super) struct Elevations {
    pub(super) rows: Vec<Row>,
    /// What the form that asks carries.
    pub(super) proof: String,
}

/// One, as a card on the page.
pub(super) struct Row {
    pub(super) view: ElevationView,
    pub(super) state: &'static str,
    /// When it is over, was over, or is forgotten.
    pub(super) until: Moment,
    /// What the person gains, one line each.
    pub(super) gains: Vec<String>,
    /// What the form that ends it carries; `None`: it is over.
    pub(super) proof: Option<String>,
}

impl Elevations {
    /// `None` where nobody calls in their own name.
    pub(super) async fn of(parts: &Parts, session: &Session) -> Result<Option<Self>, ControlError> {
        let people = ClientId::people();
        if !parts.clients.serves_people() || parts.rulebook.load().manifest(&people).is_none() {
            return Ok(None);
        }
        let all = of(parts, &session.account).await?;
        let proof = proof::form(session.digest(), &purpose_of_asking(&all));
        let mut over = 0;
        let rows = all.into_iter().filter(|one| {
            over += usize::from(one.state == ElevationState::Ended);
            one.state != ElevationState::Ended || over <= OVER
        });
        Ok(Some(Self { rows: rows.map(|one| row(one, session.digest())).collect(), proof }))
    }
}

fn row(view: ElevationView, session: &Digest) -> Row {
    let (state, until) = match view.state {
        ElevationState::Waits => ("Waits for somebody's yes, until", Some(view.waits_until)),
        ElevationState::Holds => ("Holds until", view.until),
        ElevationState::Ended => ("Is over since", view.ended_at),
    };
    let living = view.state != ElevationState::Ended;
    let facets = view.changes.clients.iter().flat_map(|client| &client.facets);
    let gains = facets
        .filter(|facet| !facet.gained.is_empty())
        .map(|facet| format!("{}: {}", facet.facet, facet.gained.join(", ")))
        .collect();
    Row {
        state,
        until: Moment::of(until.unwrap_or(view.asked_at)),
        gains,
        proof: living.then(|| proof::form(session, &purpose_of_ending(&view.digest))),
        view,
    }
}
