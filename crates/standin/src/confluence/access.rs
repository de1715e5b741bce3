//! Who sees and changes what. The one place that compares callers with spaces.

use crate::confluence::model::{Content, Space, State, Status};
use crate::confluence::trouble::Trouble;
use crate::turn::Turn;
use crate::world::people::{Account, AccountId};

/// What one caller sees of one site's Confluence.
#[derive(Clone, Copy)]
pub(crate) struct Eyes<'a> {
    pub(crate) state: &'a State,
    account: Option<&'a Account>,
}

impl<'a> Eyes<'a> {
    /// The caller's eyes.
    pub(crate) fn of(turn: &'a Turn<'_>) -> Self {
        Self { state: &turn.site().confluence, account: turn.me() }
    }

    fn sees(self, space: &Space) -> bool {
        self.account.is_some_and(|account| space.readable_by(account))
    }

    /// Whether the caller may change content of a space.
    pub(crate) fn may_write(self, space: &Space) -> bool {
        self.account.is_some_and(|account| space.writable_by(account))
    }

    /// The visible spaces, by id.
    pub(crate) fn spaces(self) -> impl Iterator<Item = &'a Space> {
        self.state.spaces().filter(move |space| self.sees(space))
    }

    /// A visible space by key.
    pub(crate) fn space_by_key(self, key: &str) -> Result<&'a Space, Trouble> {
        let space = self.state.space_by_key(key).filter(|space| self.sees(space));
        space.ok_or_else(|| Trouble::NoSpace(key.to_owned()))
    }

    /// A visible space by id as written in a request.
    pub(crate) fn space(self, id: &str) -> Result<&'a Space, Trouble> {
        let space = id.parse().ok().and_then(|id| self.state.space(id)).filter(|space| self.sees(space));
        space.ok_or_else(|| Trouble::NoSpace(id.to_owned()))
    }

    /// The space of a piece of content.
    pub(crate) fn space_of(self, content: &Content) -> Option<&'a Space> {
        self.state.space(content.space)
    }

    /// Visible content in any state, by id.
    pub(crate) fn contents(self) -> impl Iterator<Item = &'a Content> {
        self.state
            .contents()
            .filter(move |content| self.space_of(content).is_some_and(|space| self.sees(space)))
    }

    /// Visible content by id as written in a request, in one of these states.
    pub(crate) fn content_in(self, id: &str, states: &[Status]) -> Result<&'a Content, Trouble> {
        let number = id.strip_prefix("att").unwrap_or(id);
        let found = number.parse().ok().and_then(|id| self.state.content(id));
        let visible = found.filter(|content| {
            states.contains(&content.status) && self.space_of(content).is_some_and(|space| self.sees(space))
        });
        visible.ok_or_else(|| Trouble::NoContent(id.to_owned()))
    }

    /// Visible current content by id.
    pub(crate) fn content(self, id: &str) -> Result<&'a Content, Trouble> {
        self.content_in(id, &[Status::Current])
    }

    /// Visible content that the caller may change.
    pub(crate) fn writable(self, id: &str, action: &'static str) -> Result<&'a Content, Trouble> {
        let content =
            self.content_in(id, &[Status::Current, Status::Draft, Status::Archived, Status::Trashed])?;
        let space = self.space_of(content).filter(|space| self.may_write(space));
        space.map(|_| content).ok_or(Trouble::NotAllowed(action))
    }
}

/// The account behind the request; the gate has let nobody else in.
pub(crate) fn author(turn: &Turn<'_>) -> Result<AccountId, Trouble> {
    turn.caller.account.clone().ok_or(Trouble::NotAllowed("use Confluence"))
}
