//! The folder manifests are read from.

use std::io;
use std::path::Path;

use policy::{ManifestFile, limits};

/// Every `*.toml` in the folder, by name. Files are bounded here as the compiler bounds them, so that a huge file costs
/// no memory; it is passed on one byte too long, and the compiler says so in its own words.
///
/// # Errors
/// The first file that cannot be read, by name.
pub fn read(folder: &Path) -> io::Result<Vec<ManifestFile>> {
    let named =
        |error: io::Error, path: &Path| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| named(error, folder))? {
        let path = entry?.path();
        let is_manifest = path.extension().is_some_and(|extension| extension == "toml");
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if is_manifest && !hidden {
            paths.push(path);
        }
    }
    paths.sort();
    // One more than allowed is enough for the compiler to refuse the set.
    paths.truncate(limits::MANIFESTS + 1);
    let read = |path: &Path| {
        let mut text = String::new();
        let file = std::fs::File::open(path)?;
        let longest = u64::try_from(limits::FILE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        io::Read::read_to_string(&mut io::Read::take(file, longest), &mut text)?;
        let path = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(ManifestFile { path, text })
    };
    paths.iter().map(|path| read(path).map_err(|error| named(error, path))).collect()
}
