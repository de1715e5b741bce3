//! Files only their owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

/// The bits of a mode that belong to anyone but the owner.
const OTHERS: u32 = 0o077;

/// Makes the folder, readable only by its owner, unless it is there.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes a new file of mode 0600; fails when the file exists, so that nothing is overwritten by mistake.
pub(crate) fn create(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(contents)?;
    file.sync_all()
}

/// Replaces a file by one of mode 0600 in one step: a reader sees the old one or the whole new one.
pub(crate) fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("new");
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    create(&draft, contents)?;
    fs::rename(&draft, path)
}

/// The same for what must outlast a power cut: on disk under its name when this returns.
pub(crate) fn replace_durably(path: &Path, contents: &[u8]) -> io::Result<()> {
    replace(path, contents)?;
    sync_folder_of(path)
}

/// Makes durable that a file is in its folder, or no longer is.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Reads a small file that only its owner can read or write.
///
/// The mode is read from the opened file, so that it cannot be swapped between the look and the read.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    let file = File::open(path)?;
    let mode = file.metadata()?.mode() & 0o777;
    if mode & OTHERS != 0 {
        let words = format!("others may open it (mode {mode:03o}); run: chmod 600 {}", path.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, words));
    }
    let mut text = String::new();
    io::Read::read_to_string(&mut io::Read::take(file, 64 << 10), &mut text)?;
    Ok(text)
}

/// Whether anyone but the owner may do something with the file or folder.
pub(crate) fn open_to_others(path: &Path) -> io::Result<Option<u32>> {
    let mode = fs::metadata(path)?.mode() & 0o777;
    Ok((mode & OTHERS != 0).then_some(mode))
}
