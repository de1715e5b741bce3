//! The folder manifests are read from.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use policy::{ManifestFile, ManifestSet, limits};

/// Every `*.toml` in the folder, by name: manifests, `guardrails.toml`, and in the folder `shared` the fragments. One that cannot be read is among them, with the reason: the compiler reports it
/// beside what is wrong with the others.
///
/// Files are bounded here as the compiler bounds them, so that a huge file costs no memory; it is passed on one byte too
/// long, and the compiler says so in its own words.
///
/// # Errors
/// When the folder itself, or `shared` in it, cannot be read, by name.
pub fn read(folder: &Path) -> io::Result<ManifestSet> {
    let manifests = files(folder, "", limits::MANIFESTS)?;
    let shared = folder.join(ManifestSet::SHARED);
    // Not having one is usual; having one that cannot be looked into is not.
    let fragments = match std::fs::symlink_metadata(&shared) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        _ => files(&shared, "shared/", limits::FRAGMENTS)?,
    };
    Ok(ManifestSet::of(manifests.into_iter().chain(fragments)))
}

/// The files of one folder, their names after `before`; one more than allowed at most, which is enough for the compiler to
/// refuse the set, and one more for the guardrails.
fn files(folder: &Path, before: &str, most: usize) -> io::Result<Vec<ManifestFile>> {
    let mut paths = listed(folder)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", folder.display())))?;
    // The guardrails first: they must not be what is cut off.
    paths.sort_by_key(|path| (path.file_name() != Some(ManifestSet::GUARDRAILS.as_ref()), path.clone()));
    paths.truncate(most + 2);
    let read = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = format!("{before}{name}");
        match text(path) {
            Ok(text) => ManifestFile::new(name, text),
            Err(why) => ManifestFile::unreadable(name, why),
        }
    };
    Ok(paths.iter().map(read).collect())
}

fn listed(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_manifest = path.extension().is_some_and(|extension| extension == "toml");
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if is_manifest && !hidden {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// What a file says, or half a sentence why it says nothing.
fn text(path: &Path) -> Result<String, String> {
    let say = |error: io::Error| error.to_string();
    // Looked at before it is opened: opening a pipe would wait for someone to write into it.
    if !std::fs::metadata(path).map_err(say)?.is_file() {
        return Err("it is not a file".to_owned());
    }
    let longest = u64::try_from(limits::FILE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    File::open(path).map_err(say)?.take(longest).read_to_end(&mut bytes).map_err(say)?;
    if bytes.len() > limits::FILE_BYTES {
        // Cut off perhaps in the middle of a letter, which is not what is wrong with it. What is no UTF-8 is replaced by
        // something at least as long, so it stays too long.
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count() + 1;
        format!("it is not UTF-8 text (line {line})")
    })
}

#[cfg(test)]
mod tests;
