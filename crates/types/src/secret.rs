use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A text nobody may print: a password, token, client secret or key in text form.
///
/// `Debug` says `[secret]`, there is no `Display` and no serialisation, and the memory is wiped when dropped. The one
/// way to the text is [`Secret::open`]; the places that call it are listed in `docs/secrets-opened.txt`, a test
/// compares the list with the code, and the list may only shrink.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes custody of `text`.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// The text itself. Every caller is on the list.
    #[must_use]
    pub fn open(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// So that settings and bodies can be read straight into custody; there is no way back out.
impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
