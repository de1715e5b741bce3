//! Changes of manifests before and after they are in force: plans, proposals, versions.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use policy::difference::{ClientDifference, Difference, Direction, FacetDifference, Fate};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use types::{ClientId, OperatorName, SiteName};

/// What a plan, or a set of manifests, is told by: SHA-256, as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlanDigest([u8; 32]);

/// The text is no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADigest;

impl fmt::Display for NotADigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a digest is 64 hexadecimal digits, as `ticketgate plan` prints them")
    }
}

impl std::error::Error for NotADigest {}

impl PlanDigest {
    /// From its bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for PlanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PlanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for PlanDigest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(NotADigest);
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| NotADigest)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotADigest)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for PlanDigest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PlanDigest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for PlanDigest {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PlanDigest".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": "What a plan, or a set of manifests, is told by: SHA-256, as 64 hexadecimal digits.",
        })
    }
}

/// One manifest as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManifestText {
    /// The name of its file, `CLIENT.toml`.
    #[schemars(regex(pattern = "^[^/\\\\\\u0000-\\u001f]{1,200}\\.toml$"))]
    pub file: String,
    /// What it says.
    #[schemars(length(max = 262_144))]
    pub text: String,
}

/// A set of manifests, said in one of four ways: sent along, out of the history, proposed before, or none of these: what is in the
/// gateway's own folder.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhichManifests {
    /// These.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifests: Option<Vec<ManifestText>>,
    /// Those of this version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_i64))]
    pub version: Option<u64>,
    /// Those of the proposal with this digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<PlanDigest>,
}

/// What one facet of a client gains and loses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FacetChange {
    /// What it is about: `operations`, `projects`, `transitions`, `fields written`, `expires` and their like.
    pub facet: String,
    /// `same`, `narrower` or `wider`: what this facet does by itself. `same` for one that permits nothing.
    pub direction: String,
    /// What it has and had not.
    pub gained: Vec<String>,
    /// What it had and has not.
    pub lost: Vec<String>,
    /// How many more are gained than are listed.
    pub gained_unlisted: usize,
    /// How many more are lost than are listed.
    pub lost_unlisted: usize,
}

/// What a client gains and loses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClientChange {
    /// Which client.
    pub client: ClientId,
    /// `new`, `gone` or `changed`: its manifest.
    pub fate: String,
    /// `same`, `narrower` or `wider`: what it may do.
    pub direction: String,
    /// What differs.
    pub facets: Vec<FacetChange>,
    /// Whether the guardrails ask for an approval of every change of this manifest.
    #[serde(default)]
    pub asks_approval: bool,
}

/// What every client gains and loses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// `same`, `narrower` or `wider`: the widest of all.
    pub direction: String,
    /// The clients of which something differs.
    pub clients: Vec<ClientChange>,
    /// How many are as they were.
    pub unchanged: usize,
    /// Which manifests the guardrails ask for an approval of every change, where that differs; to ask less is wider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardrails: Option<FacetChange>,
}

impl From<Difference> for Changes {
    fn from(found: Difference) -> Self {
        let clients = found.clients.into_iter().map(ClientChange::from).collect();
        let guardrails = found.guardrails.map(FacetChange::from);
        Self { direction: word(found.direction), clients, unchanged: found.unchanged, guardrails }
    }
}

impl From<ClientDifference> for ClientChange {
    fn from(found: ClientDifference) -> Self {
        let fate = match found.fate {
            Fate::New => "new",
            Fate::Gone => "gone",
            Fate::Changed => "changed",
        };
        let facets = found.facets.into_iter().map(FacetChange::from).collect();
        Self {
            client: found.client,
            fate: fate.to_owned(),
            direction: word(found.direction),
            facets,
            asks_approval: found.asks_approval,
        }
    }
}

impl From<FacetDifference> for FacetChange {
    fn from(found: FacetDifference) -> Self {
        Self {
            facet: found.facet.to_owned(),
            direction: word(found.direction),
            gained: found.gained,
            lost: found.lost,
            gained_unlisted: found.gained_unlisted,
            lost_unlisted: found.lost_unlisted,
        }
    }
}

fn word(direction: Direction) -> String {
    direction.as_str().to_owned()
}

/// What putting a set of manifests in force would change.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PlanView {
    /// What an approval is bound to.
    pub digest: PlanDigest,
    /// What the manifests in force are told by.
    pub live: PlanDigest,
    /// The number of the version in force; 0: none ever was.
    pub live_version: u64,
    /// What the manifests that were looked at are told by.
    pub proposed: PlanDigest,
    /// Whether they differ from those in force at all, permitted or not.
    pub differs: bool,
    /// What clients gain and lose.
    pub changes: Changes,
    /// Whether the settings want an approval for it.
    pub needs_approval: bool,
    /// Whether there is one that counts at this moment.
    pub approved: bool,
    /// What is worth a look.
    pub warnings: Vec<serde_json::Value>,
}

/// A yes to a plan, and whose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum ApprovalView {
    /// An operator's.
    Operator {
        /// Who.
        operator: OperatorName,
        /// When.
        at: Timestamp,
    },
    /// A key's that the settings list.
    Signature {
        /// What the settings call its holder.
        signer: String,
        /// The signature.
        signature: String,
        /// When it was handed in.
        at: Timestamp,
        /// By whom it was handed in, which says nothing about the signer.
        presented_by: OperatorName,
    },
    /// A Jira ticket's.
    Ticket {
        /// Where.
        site: SiteName,
        /// Its key.
        ticket: String,
        /// The account of whoever moved it to the status that approves.
        approved_by: String,
        /// When it was read.
        at: Timestamp,
    },
}

/// What somebody wants to put in force.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ProposalView {
    /// What it is told by, and what an approval is bound to.
    pub digest: PlanDigest,
    /// Who wants it.
    pub author: OperatorName,
    /// Since when.
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub expires_at: Timestamp,
    /// What clients gain and lose.
    pub changes: Changes,
    /// Whether what it was compared with is still in force. If not, it cannot be put in force any more: plan again.
    pub current: bool,
    /// Who approved it.
    pub approvals: Vec<ApprovalView>,
}

/// How a plan is approved; by whoever asks when neither is said.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovePlan {
    /// A signature of the plan's digest and a line feed: of SSH (`-----BEGIN SSH SIGNATURE-----`), namespace `ticketgate-plan`, or of
    /// minisign, trusted comment `ticketgate-plan`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 8_192))]
    pub signature: Option<String>,
    /// The key of a Jira ticket that names the digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[A-Z][A-Z0-9_]{0,99}-[1-9][0-9]{0,17}$"))]
    pub ticket: Option<String>,
}

/// What was in force.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VersionView {
    /// Counted from 1.
    pub number: u64,
    /// Whether it is in force.
    pub in_force: bool,
    /// What its manifests are told by.
    pub digest: PlanDigest,
    /// Who wanted it.
    pub author: OperatorName,
    /// Who put it in force.
    pub activated_by: OperatorName,
    /// When.
    pub activated_at: Timestamp,
    /// How: `start`, `apply`, `rollback`, `ticket left`.
    pub cause: String,
    /// `same`, `narrower` or `wider` than the one before.
    pub direction: String,
    /// The plan it was; `null` for what was in force before plans were.
    pub plan: Option<PlanDigest>,
    /// Who approved it.
    pub approvals: Vec<ApprovalView>,
    /// Its manifests; empty in lists.
    pub manifests: Vec<ManifestText>,
}

/// Which version to go back to.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RollBack {
    /// Its number; without it the one before the one in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_i64))]
    pub version: Option<u64>,
}
