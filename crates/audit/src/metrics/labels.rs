use std::fmt::Write;
use std::sync::Arc;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use types::{ClientId, Effect, GrantName, SiteName};

use crate::record::{Decision, Ended, Record};

/// How something came out, as coarsely as an alert needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Done; Atlassian answered below 400.
    Ok,
    /// Atlassian answered 400 to 499.
    UpstreamRefused,
    /// Atlassian answered 500 or above, or nothing, or broke off.
    UpstreamFailed,
    /// The gateway said no, by policy.
    Denied,
    /// The gateway said no, for any other reason.
    Refused,
    /// The client left, or the gateway failed.
    Broken,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 6] =
        [Self::Ok, Self::UpstreamRefused, Self::UpstreamFailed, Self::Denied, Self::Refused, Self::Broken];

    /// The label's value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::UpstreamRefused => "upstream-refused",
            Self::UpstreamFailed => "upstream-failed",
            Self::Denied => "denied",
            Self::Refused => "refused",
            Self::Broken => "broken",
        }
    }

    pub(super) fn of(record: &Record) -> Self {
        match (record.ended, record.upstream_status) {
            (Some(Ended::ClientLeft | Ended::Abandoned) | None, _) => Self::Broken,
            (Some(Ended::UpstreamBrokeOff | Ended::Deadline), _) => Self::UpstreamFailed,
            (Some(Ended::Refused), _) if record.decision == Some(Decision::Refused) => Self::Denied,
            (Some(Ended::Refused), _) => Self::Refused,
            (Some(Ended::Complete), Some(500..)) => Self::UpstreamFailed,
            (Some(Ended::Complete), Some(400..)) => Self::UpstreamRefused,
            (Some(Ended::Complete), _) => Self::Ok,
        }
    }
}

impl EncodeLabelValue for Outcome {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        encoder.write_str(self.as_str())
    }
}

/// A name of ours as a label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Named<T>(pub(super) T);

impl<T: std::fmt::Display + std::fmt::Debug> EncodeLabelValue for Named<T> {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        write!(encoder, "{}", self.0)
    }
}

/// The effect of a recognised operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct MaybeEffect(Option<Effect>);

impl From<Option<Effect>> for MaybeEffect {
    fn from(effect: Option<Effect>) -> Self {
        Self(effect)
    }
}

impl EncodeLabelValue for MaybeEffect {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        encoder.write_str(self.0.map_or("unknown", Effect::as_str))
    }
}

/// A status by its first digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct StatusClass(u16);

impl From<u16> for StatusClass {
    fn from(status: u16) -> Self {
        Self(status / 100)
    }
}

impl EncodeLabelValue for StatusClass {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        write!(encoder, "{}xx", self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct CallLabels {
    pub(super) client: Option<Named<ClientId>>,
    pub(super) effect: MaybeEffect,
    pub(super) outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct EffectLabel {
    pub(super) effect: MaybeEffect,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct StatusLabels {
    pub(super) site: Named<SiteName>,
    pub(super) class: StatusClass,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RefusalLabel {
    pub(super) code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ClientLabel {
    pub(super) client: Named<ClientId>,
}

/// What became of a try to deliver an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Delivery {
    /// It arrived.
    Delivered,
    /// Not this time.
    Failed,
    /// Not this time, which was the last.
    GivenUp,
    /// It was not tried: too many waited.
    Dropped,
}

impl EncodeLabelValue for Delivery {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        encoder.write_str(match self {
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::GivenUp => "given-up",
            Self::Dropped => "dropped",
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct DeliveryLabels {
    pub(super) to: &'static str,
    pub(super) outcome: Delivery,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct StateLabels {
    pub(super) grant: Arc<str>,
    pub(super) state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct GrantLabels {
    pub(super) grant: Named<GrantName>,
    pub(super) outcome: Outcome,
}
