//! A set of manifests as written, as it is compared, kept and told apart.

use policy::{ManifestFile, limits};

use crate::views::{ManifestText, PlanDigest};
use crate::{ControlError, Kind};

/// The most bytes of manifests in one set that the gateway keeps: 64 MiB.
const MOST: usize = 64 << 20;

/// Manifests in the order of their names. What the order in a folder or a request was makes no difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources(Vec<ManifestFile>);

impl Sources {
    /// Of files, which may have directories before their names: those do not count.
    pub(crate) fn new(mut files: Vec<ManifestFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self(files)
    }

    /// Of what was sent.
    pub(crate) fn sent(manifests: Vec<ManifestText>) -> Result<Self, ControlError> {
        let bytes: usize = manifests.iter().map(|one| one.file.len().saturating_add(one.text.len())).sum();
        if manifests.len() > limits::MANIFESTS || bytes > MOST {
            return Err(unfit("There are too many manifests, or they are too long."));
        }
        for one in &manifests {
            let odd = |c: char| c.is_control() || c == '/' || c == '\\';
            if one.file.chars().count() > 205 || one.file.contains(odd) || !one.file.ends_with(".toml") {
                return Err(unfit("A manifest's file is not called CLIENT.toml."));
            }
        }
        Ok(Self::new(manifests.into_iter().map(|one| ManifestFile::new(one.file, one.text)).collect()))
    }

    pub(crate) fn files(&self) -> &[ManifestFile] {
        &self.0
    }

    pub(crate) fn digest(&self) -> PlanDigest {
        let mut texts: Vec<&[u8]> = Vec::with_capacity(self.0.len() * 2);
        for file in &self.0 {
            texts.extend([file.path.as_bytes(), file.text.as_bytes()]);
        }
        PlanDigest::from_bytes(seal::digest_of::of("ticketgate manifests 1", &texts))
    }

    /// As they are kept.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, ControlError> {
        let files: Vec<_> = self.0.iter().map(|file| (&file.path, &file.text)).collect();
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
        Ok(Self::new(files.into_iter().map(|(path, text)| ManifestFile::new(path, text)).collect()))
    }

    pub(crate) fn texts(&self) -> Vec<ManifestText> {
        let text = |file: &ManifestFile| ManifestText { file: file.path.clone(), text: file.text.clone() };
        self.0.iter().map(text).collect()
    }
}

fn unfit(what: &str) -> ControlError {
    ControlError::new(Kind::Invalid, what, "Send each as `file`, CLIENT.toml, and `text`.")
}
