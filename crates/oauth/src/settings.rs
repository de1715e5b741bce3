use std::time::Duration;

/// How access tokens are issued. Made by [`Settings::new`] so that none is out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    token_life: Duration,
    tokens_per_client: u32,
}

/// The shortest and longest life of an access token.
const LIVES: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(24 * 3_600));

/// The fewest and most living tokens of one client.
const TOKENS: (u32, u32) = (1, 100_000);

/// A value is out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A life too short to be used, or so long that revocation is the only end.
    #[error("an access token lives at least 60 seconds and at most 24 hours")]
    TokenLife,
    /// None at all, or more than memory is planned for.
    #[error("a client may have 1 to 100000 living access tokens")]
    TokensPerClient,
}

impl Settings {
    /// Checks and takes the values.
    ///
    /// # Errors
    /// When one is out of bounds.
    pub fn new(token_life: Duration, tokens_per_client: u32) -> Result<Self, SettingsError> {
        if !(LIVES.0..=LIVES.1).contains(&token_life) {
            return Err(SettingsError::TokenLife);
        }
        if !(TOKENS.0..=TOKENS.1).contains(&tokens_per_client) {
            return Err(SettingsError::TokensPerClient);
        }
        Ok(Self { token_life, tokens_per_client })
    }

    /// How long an access token lives. Default 1 hour; 60 seconds to 24 hours.
    #[must_use]
    pub const fn token_life(&self) -> Duration {
        self.token_life
    }

    /// How many living access tokens one client may have; one more ends the oldest. Default 1,000.
    #[must_use]
    pub const fn tokens_per_client(&self) -> u32 {
        self.tokens_per_client
    }

    /// How many access tokens are kept in memory; others are read from the store when they are used.
    #[must_use]
    pub const fn tokens_in_memory(&self) -> u64 {
        100_000
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self { token_life: Duration::from_secs(3_600), tokens_per_client: 1_000 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_and_a_number_out_of_bounds_are_refused() {
        let life =
            |seconds| Settings::new(Duration::from_secs(seconds), 10).map(|it| it.token_life().as_secs());
        assert_eq!(life(60), Ok(60));
        assert_eq!(life(86_400), Ok(86_400));
        assert_eq!(life(59), Err(SettingsError::TokenLife));
        assert_eq!(life(86_401), Err(SettingsError::TokenLife));
        assert_eq!(Settings::new(Duration::from_secs(60), 0), Err(SettingsError::TokensPerClient));
    }
}
