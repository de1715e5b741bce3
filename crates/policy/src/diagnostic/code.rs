//! Every kind of diagnostic, in one table: the reference page and the JSON output are made from it.

use std::fmt;

/// How much a diagnostic matters. The order is by weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look; the manifest is published all the same.
    Warning,
    /// The set of manifests is not published.
    Error,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct DiagnosticEntry {
    /// The kind.
    pub code: DiagnosticCode,
    /// Its name in output and documents.
    pub name: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it means, one sentence.
    pub meaning: &'static str,
}

macro_rules! diagnostics {
    ($($(#[doc = $meaning:literal])+ $code:ident = $name:literal, $severity:ident;)+) => {
        /// Which kind of diagnostic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum DiagnosticCode {
            $($(#[doc = $meaning])+ $code,)+
        }

        /// The table: errors first, then warnings.
        pub static DIAGNOSTICS: &[DiagnosticEntry] = &[
            $(*DiagnosticCode::$code.entry(),)+
        ];

        impl DiagnosticCode {
            /// Its line of the table.
            #[must_use]
            pub const fn entry(self) -> &'static DiagnosticEntry {
                match self {
                    $(Self::$code => {
                        const ENTRY: DiagnosticEntry = DiagnosticEntry {
                            code: DiagnosticCode::$code,
                            name: $name,
                            severity: Severity::$severity,
                            meaning: concat!($($meaning),+).trim_ascii(),
                        };
                        &ENTRY
                    })+
                }
            }
        }
    };
}

diagnostics! {
    /// The file cannot be read.
    Unreadable = "unreadable", Error;
    /// The file is not TOML.
    Syntax = "syntax", Error;
    /// The language has no such key.
    UnknownKey = "unknown-key", Error;
    /// The key exists, but in another table.
    MisplacedKey = "misplaced-key", Error;
    /// The value is of another type than the key takes.
    WrongType = "wrong-type", Error;
    /// A key that every manifest needs is not there.
    MissingKey = "missing-key", Error;
    /// The value is of the right type but says nothing usable.
    BadValue = "bad-value", Error;
    /// The file, a list or a text is larger than the language allows.
    TooLarge = "too-large", Error;
    /// The file's name is no client id, or `client` says another.
    ClientMismatch = "client-mismatch", Error;
    /// Two files are manifests of one client.
    DuplicateClient = "duplicate-client", Error;
    /// The settings name no such site.
    UnknownSite = "unknown-site", Error;
    /// No operation needs such a scope.
    UnknownScope = "unknown-scope", Error;
    /// The catalogue has no such operation.
    UnknownOperation = "unknown-operation", Error;
    /// No operation has such a tag.
    UnknownTag = "unknown-tag", Error;
    /// Effects are read, write, delete and administer.
    UnknownEffect = "unknown-effect", Error;
    /// There is no such product.
    UnknownProduct = "unknown-product", Error;
    /// An operation is allowed by its id, but `scopes` does not cover it.
    ScopeNotCovered = "scope-not-covered", Error;
    /// An operation is allowed by its id, but Atlassian offers it to no scope at all.
    ClosedOperation = "closed-operation", Error;
    /// A fragment extends itself, by way of others.
    Cycle = "cycle", Error;
    /// There is no such fragment in `shared/`.
    UnknownFragment = "unknown-fragment", Error;
    /// A letter of another script stands where only ASCII can.
    LookAlike = "look-alike", Error;
    /// The guardrails ask every manifest for something this one does not say.
    Guardrail = "guardrail", Error;
    /// There are more diagnostics than are shown.
    More = "more", Error;
    /// The gateway does not hold this grant: every call of the client is refused until it is added.
    UnknownGrant = "unknown-grant", Warning;
    /// The owner is a placeholder, so nobody can be asked.
    NoOwner = "no-owner", Warning;
    /// The manifest has expired: every call of its client is refused.
    Expired = "expired", Warning;
    /// The manifest allows nothing.
    AllowsNothing = "allows-nothing", Warning;
    /// An entry stands twice in one list.
    Repeated = "repeated", Warning;
    /// No operation the manifest allows needs this scope.
    UnusedScope = "unused-scope", Warning;
    /// None of what this entry chooses is covered by `scopes`.
    ChoosesNothing = "chooses-nothing", Warning;
    /// Some of what this id names is not covered by `scopes`.
    PartlyCovered = "partly-covered", Warning;
    /// None of what this entry chooses exists at the sites of this manifest.
    ElsewhereOnly = "elsewhere-only", Warning;
    /// Atlassian has deprecated this operation.
    Deprecated = "deprecated", Warning;
    /// Atlassian has announced a day from which this operation is gone.
    Removed = "removed", Warning;
    /// Everything that takes content away is allowed at once.
    DeleteByEffect = "delete-by-effect", Warning;
    /// Everything that changes how the site works is allowed at once.
    AdministerByEffect = "administer-by-effect", Warning;
    /// A deny takes away nothing that was allowed.
    DenyRemovesNothing = "deny-removes-nothing", Warning;
    /// What an entry allows is denied, wholly.
    AllowedAndDenied = "allowed-and-denied", Warning;
    /// `products` narrows `effects`, and there are none.
    ProductsWithoutEffects = "products-without-effects", Warning;
    /// `[[transitions]]` that no issue can be in reach of.
    NeverMatches = "never-matches", Warning;
    /// There is no time at which anything is permitted.
    NeverOpen = "never-open", Warning;
    /// The guardrails allow less than this asks for.
    AboveGuardrail = "above-guardrail", Warning;
    /// There are more warnings than are shown.
    MoreWarnings = "more-warnings", Warning;
    /// The client may have Atlassian's own token, which leaves the gateway and its rules.
    Vends = "vends", Warning;
    /// The client is observed: what the manifest would refuse is written down and let through.
    Observes = "observes", Warning;
    /// There are more scopes than Atlassian recommends.
    ManyScopes = "many-scopes", Warning;
    /// Other entries allow all that this entry allows, or all of it is denied.
    Shadowed = "shadowed", Warning;
    /// Fewer scopes cover the same operations and open no more.
    LargerThanMinimum = "larger-than-minimum", Warning;
    /// The grant does not cover this scope, so Atlassian refuses what needs it. With `--live` only.
    GrantLacksScope = "grant-lacks-scope", Warning;
    /// The grant covers more than all manifests that use it together. With `--live` only.
    GrantHasMore = "grant-has-more", Warning;
}

impl DiagnosticCode {
    /// Whether it is about an entry beside the rest of one manifest, so that it says nothing about the entry itself.
    pub(crate) const fn is_relative(self) -> bool {
        matches!(
            self,
            Self::UnusedScope
                | Self::ChoosesNothing
                | Self::PartlyCovered
                | Self::ElsewhereOnly
                | Self::DenyRemovesNothing
                | Self::AllowedAndDenied
                | Self::ProductsWithoutEffects
                | Self::NeverMatches
        )
    }
}

impl fmt::Display for DiagnosticCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.entry().name)
    }
}
