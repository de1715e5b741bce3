//! A set of manifests as written, as it is compared, kept and told apart.

use policy::{ManifestFile, ManifestSet, limits};

use types::ClientId;

use crate::views::{ManifestText, PlanDigest};
use crate::{ControlError, Kind};

/// The most bytes of manifests in one set that the gateway keeps: 64 MiB.
const MOST: usize = 64 << 20;

/// Manifests, fragments and guardrails, in the order of their names. What the order in a folder or a request was makes no
/// difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources(ManifestSet);

impl Sources {
    pub(crate) fn new(mut set: ManifestSet) -> Self {
        set.manifests.sort_by(|a, b| a.path.cmp(&b.path));
        set.fragments.sort_by(|a, b| a.path.cmp(&b.path));
        Self(set)
    }

    /// Of files with paths relative to the folder of manifests.
    fn of(files: impl IntoIterator<Item = ManifestFile>) -> Self {
        Self::new(ManifestSet::of(files))
    }

    /// Of what was sent.
    pub(crate) fn sent(manifests: Vec<ManifestText>) -> Result<Self, ControlError> {
        let bytes: usize = manifests.iter().map(|one| one.file.len().saturating_add(one.text.len())).sum();
        if manifests.len() > limits::MANIFESTS || bytes > MOST {
            return Err(unfit("There are too many manifests, or they are too long."));
        }
        for one in &manifests {
            let odd = |c: char| c.is_control() || c == '/' || c == '\\';
            let shared = one.file.strip_prefix(ManifestSet::SHARED).and_then(|rest| rest.strip_prefix('/'));
            let name = shared.unwrap_or(&one.file);
            if name.chars().count() > 205 || name.contains(odd) || !name.ends_with(".toml") {
                return Err(unfit(
                    "A file is called neither CLIENT.toml nor shared/NAME.toml nor guardrails.toml.",
                ));
            }
        }
        Ok(Self::of(manifests.into_iter().map(|one| ManifestFile::new(one.file, one.text))))
    }

    pub(crate) const fn set(&self) -> &ManifestSet {
        &self.0
    }

    /// Every file, in an order of its own.
    pub(crate) fn files(&self) -> impl Iterator<Item = &ManifestFile> {
        self.0.files()
    }

    /// The text of a client's manifest and of everything that may be part of it.
    pub(crate) fn of_client(&self, client: &ClientId) -> (Option<&str>, Vec<&ManifestFile>) {
        let is_own = |file: &&ManifestFile| file.path.strip_suffix(".toml") == Some(client.as_str());
        let own = self.0.manifests.iter().find(is_own).map(|file| file.text.as_str());
        (own, self.0.fragments.iter().chain(&self.0.guardrails).collect())
    }

    /// How many manifests there are.
    pub(crate) const fn count(&self) -> usize {
        self.0.manifests.len()
    }

    pub(crate) fn digest(&self) -> PlanDigest {
        let mut texts: Vec<&[u8]> = Vec::new();
        for file in self.files() {
            texts.extend([file.path.as_bytes(), file.text.as_bytes()]);
        }
        PlanDigest::from_bytes(seal::digest_of::of("ticketgate manifests 1", &texts))
    }

    /// As they are kept.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, ControlError> {
        let files: Vec<_> = self.files().map(|file| (&file.path, &file.text)).collect();
        serde_json::to_vec(&files).map_err(|error| {
            ControlError::new(
                Kind::Failed,
                format!("The manifests cannot be kept: {error}."),
                "Look at the log.",
            )
        })
    }

    /// As they were kept.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, ControlError> {
        let files: Vec<(String, String)> = serde_json::from_slice(bytes).map_err(|_| {
            ControlError::new(
                Kind::Failed,
                "The manifests that were kept cannot be read.",
                "The database is damaged: bring back a backup.",
            )
        })?;
        Ok(Self::of(files.into_iter().map(|(path, text)| ManifestFile::new(path, text))))
    }

    pub(crate) fn texts(&self) -> Vec<ManifestText> {
        let text = |file: &ManifestFile| ManifestText { file: file.path.clone(), text: file.text.clone() };
        self.files().map(text).collect()
    }
}

fn unfit(what: &str) -> ControlError {
    ControlError::new(Kind::Invalid, what, "Send each as `file`, such as CLIENT.toml, and `text`.")
}
