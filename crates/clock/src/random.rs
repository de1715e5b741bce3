//! Randomness for keys, tokens and nonces.

/// The operating system gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no randomness; nothing secret can be made")]
pub struct NoRandomness;

/// `N` bytes fit for keys, from the cryptographic generator.
///
/// # Errors
/// When the generator fails. Nothing may be made up in its place.
#[allow(clippy::disallowed_methods, reason = "this is the one place that may")]
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut drawn = [0; N];
    aws_lc_rs::rand::fill(&mut drawn).map_err(|_| NoRandomness)?;
    Ok(drawn)
}
