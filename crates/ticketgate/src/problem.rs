//! Why a command ended: what happened, why, and what to do about it.

use std::fmt;

/// How a command ends. The numbers are an interface: scripts rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Findings = 3,
    Unreachable = 4,
    Refused = 5,
    Settings = 6,
    Data = 7,
    Narrower = 10,
    Wider = 11,
    Waits = 12,
}

impl Exit {
    /// Every exit code with its meaning, for `docs/cli.md`.
    pub(crate) const ALL: [(Self, &'static str); 11] = [
        (Self::Done, "done"),
        (Self::Failed, "the command failed for a reason that is none of the others"),
        (Self::Usage, "the command line is wrong"),
        (
            Self::Findings,
            "the command ran and what it checked is not in order: `doctor`, `manifest check`, `manifest explain` (denied), `manifest replay` (calls would have been refused), `grant check`, `grant permissions`, `grant authorize` (not granted), `scopes minimum` (a manifest with errors), `scopes lookup` (unknown), `site check`, `audit verify`",
        ),
        (Self::Unreachable, "no gateway answers where the command looked for one"),
        (Self::Refused, "the gateway answered and said no"),
        (Self::Settings, "the settings cannot be used"),
        (
            Self::Data,
            "the data directory cannot be used: wrong root key, damaged database, another instance running",
        ),
        (
            Self::Narrower,
            "`plan`: something is not permitted any more, and nothing is that is not now; 0: nothing else is permitted",
        ),
        (Self::Wider, "`plan`: something is permitted that is not now, whatever is lost besides"),
        (
            Self::Waits,
            "`apply`, `rollback`: the change is proposed and waits for an approval; nothing has changed",
        ),
    ];

    /// The number.
    pub(crate) const fn code(self) -> u8 {
        self as u8
    }
}

/// An error as a person meets it.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Problem {
    exit: Exit,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Problem {
    /// What happened, one sentence.
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), why: None, advice: None }
    }

    /// The cause, as far as it is known.
    pub(crate) fn because(mut self, why: impl fmt::Display) -> Self {
        self.why = Some(why.to_string());
        self
    }

    /// What to do about it.
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// What happened, alone.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// What to do, alone.
    pub(crate) fn advice(&self) -> &str {
        self.advice.as_deref().unwrap_or_default()
    }

    /// The cause alone; what happened when no cause is known.
    pub(crate) fn why(&self) -> &str {
        self.why.as_deref().unwrap_or(&self.what)
    }

    /// How the process ends.
    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        for (label, text) in [("why", &self.why), ("do", &self.advice)] {
            let Some(text) = text else { continue };
            for (number, line) in text.lines().enumerate() {
                let label = if number == 0 { format!("{label}:") } else { String::new() };
                write!(f, "\n  {label:<5}{line}")?;
            }
        }
        Ok(())
    }
}

/// A failure to write the command's own output, or to read what it was told to read.
impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Self::new(Exit::Failed, "Reading or writing failed.").because(error)
    }
}
