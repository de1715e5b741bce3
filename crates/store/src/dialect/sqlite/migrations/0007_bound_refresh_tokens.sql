-- The key a refresh token is good with only, as in tokens.bound_to (RFC 9449 section 5).
ALTER TABLE refresh_tokens ADD COLUMN bound_to TEXT;
