//! SHA-256 over several texts, for saying that something is the very same thing.

use std::io::{self, BufWriter, Write};

use aws_lc_rs::digest;

/// The digest of some texts, in order, for one purpose. Each is preceded by its length, so that no two lists look alike, and no two
/// purposes do.
#[must_use]
pub fn of(purpose: &str, texts: &[&[u8]]) -> [u8; 32] {
    let mut texts_so_far = Texts::new(purpose);
    texts.iter().for_each(|text| texts_so_far.add(text));
    texts_so_far.digest()
}

/// The texts of a digest, one after the other: the same as [`of`] all of them.
pub struct Texts(digest::Context);

impl Texts {
    /// None yet.
    #[must_use]
    pub fn new(purpose: &str) -> Self {
        let mut texts = Self(digest::Context::new(&digest::SHA256));
        texts.add(purpose.as_bytes());
        texts
    }

    /// One more.
    pub fn add(&mut self, text: &[u8]) {
        self.begin(text.len() as u64);
        self.0.update(text);
    }

    /// One more, which is nowhere as a whole: `write` writes it twice, the same each time, since its length comes first.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn add_written(&mut self, write: impl Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut length = Length(0);
        write(&mut length)?;
        self.begin(length.0);
        // What writes piece by piece writes small pieces.
        let mut buffered = BufWriter::new(Hashed(&mut self.0));
        write(&mut buffered)?;
        buffered.flush()
    }

    /// The digest of all of them.
    #[must_use]
    pub fn digest(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(self.0.finish().as_ref()).for_each(|(to, from)| *to = *from);
        bytes
    }

    fn begin(&mut self, length: u64) {
        self.0.update(&length.to_be_bytes());
    }
}

struct Length(u64);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len() as u64);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Hashed<'a>(&'a mut digest::Context);

impl Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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

    #[test]
    fn a_text_that_is_written_in_pieces_looks_like_the_same_text_in_one() {
        let long = "a plan ".repeat(10_000);
        let mut texts = Texts::new("one");
        texts.add(b"ab");
        texts.add_written(|to| long.as_bytes().chunks(7).try_for_each(|piece| to.write_all(piece))).unwrap();
        assert_eq!(texts.digest(), of("one", &[b"ab", long.as_bytes()]));
    }

    #[test]
    fn what_cannot_be_written_is_said() {
        let refused = Texts::new("one").add_written(|_| Err(io::ErrorKind::InvalidData.into()));
        assert_eq!(refused.map_err(|error| error.kind()), Err(io::ErrorKind::InvalidData));
    }
}
