//! Path templates: literals and whole-segment parameters.

/// One segment of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Stands for itself.
    Literal(&'a str),
    /// Stands for any one segment.
    Parameter(&'a str),
}

impl<'a> Piece<'a> {
    /// Reads one segment; `None` when braces stand anywhere but around the whole of it.
    pub(crate) fn read(segment: &'a str) -> Option<Self> {
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if is_plain(name) => Some(Self::Parameter(name)),
            None if is_plain(segment) => Some(Self::Literal(segment)),
            _ => None,
        }
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains(['{', '}'])
}

/// The segments of a path or template, without the empty ones.
pub(crate) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// The template with its parameters nameless: two templates of one shape match the same paths.
pub(crate) fn shape(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    for segment in segments(template) {
        out.push('/');
        out.push_str(if segment.starts_with('{') { "{}" } else { segment });
    }
    out
}

/// The version an API's path carries: the first segment like `3`, `1.0`, `v2` or `latest` among the first five; `1`
/// where there is none, as in `/rest/servicedeskapi`.
pub(crate) fn version(template: &str) -> &str {
    let looks_like_one = |segment: &&str| {
        let digits = segment.strip_prefix('v').unwrap_or(segment);
        *segment == "latest"
            || digits.starts_with(|c: char| c.is_ascii_digit())
                && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    let found = segments(template).take(5).find(looks_like_one).unwrap_or("1");
    found.strip_prefix('v').unwrap_or(found)
}

#[cfg(test)]
mod tests;
