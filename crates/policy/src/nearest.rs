//! Which known word someone may have meant.

/// Below this likeness (0 to 1, Jaro-Winkler) a suggestion would only confuse.
const NEAR: f64 = 0.82;

/// Words longer than this are not compared; nothing known is nearly as long.
const LONGEST: usize = 200;

/// The known word whose spelling is nearest to `word`, if one is near. Letter case does not count.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&known.to_lowercase(), &word), known))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests;
