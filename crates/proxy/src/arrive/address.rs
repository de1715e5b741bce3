use catalogue::CanonicalPath;
use types::{Address, Code, Refusal};

/// Reads which site a path names, and makes the rest canonical.
///
/// The prefix has one spelling and is compared byte for byte; what follows is canonicalised on its own, because that
/// is what is recognised and sent.
pub(super) fn read(raw: &str) -> Result<(Address, CanonicalPath), Refusal> {
    let (address, product, rest) = if let Some(after) = raw.strip_prefix("/sites/") {
        let (name, rest) = split(after);
        (Address::Named(name.parse().map_err(|_| unknown())?), None, rest)
    } else if let Some(after) = raw.strip_prefix("/ex/") {
        let (product, after) = split(after);
        let (id, rest) = split(after.strip_prefix('/').unwrap_or_default());
        if !matches!(product, "jira" | "confluence") {
            return Err(unknown());
        }
        (Address::Cloud(id.parse().map_err(|_| unknown())?), Some(product), rest)
    } else {
        (Address::Default, None, raw)
    };
    let rest = if rest.is_empty() { "/" } else { rest };
    let path = CanonicalPath::canonicalise(rest)
        .map_err(|refusal| Refusal::new(Code::PathNotCanonical, refusal.to_string()))?;
    // Asked of the canonical path: `//wiki/` and `/%77iki/` are `/wiki/` too.
    let wiki = path.as_str().starts_with("/wiki/");
    if product.is_some_and(|product| wiki != (product == "confluence")) {
        return Err(Code::OperationUnknown.into());
    }
    Ok((address, path))
}

/// The first segment, and everything from the slash after it.
fn split(text: &str) -> (&str, &str) {
    text.find('/').and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""))
}

fn unknown() -> Refusal {
    Code::SiteUnknown.into()
}
