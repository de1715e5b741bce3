//! Pages made from the code, compared with what is in the repository.

use std::path::Path;

/// Fails when the file is not what the program makes now. `TICKETGATE_BLESS=1` writes it instead.
pub(crate) fn compare(path: &str, made: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("TICKETGATE_BLESS").is_some() {
        std::fs::write(&file, made).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == made,
        "{path} is not what the program makes; run the test again with TICKETGATE_BLESS=1"
    );
}
