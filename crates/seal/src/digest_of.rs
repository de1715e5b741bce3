//! SHA-256 over several texts, for saying that something is the very same thing.

use aws_lc_rs::digest;

/// The digest of some texts, in order, for one purpose. Each is preceded by its length, so that no two lists look alike, and no two
/// purposes do.
#[must_use]
pub fn of(purpose: &str, texts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for text in std::iter::once(purpose.as_bytes()).chain(texts.iter().copied()) {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text);
    }
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_division_of_texts_and_another_purpose_look_different() {
        let digest = of("one", &[b"ab", b"c"]);
        assert_eq!(digest, of("one", &[b"ab", b"c"]));
        for other in [of("one", &[b"a", b"bc"]), of("one", &[b"abc"]), of("two", &[b"ab", b"c"])] {
            assert_ne!(digest, other);
        }
    }
}
