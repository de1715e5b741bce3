//! Proof of knowing a token's digest, given without the token being shown.
//!
//! Commands find a running gateway by a file that a crash leaves behind. Before the operator token is sent to whatever
//! listens at the address in it, this proof is asked for: HMAC-SHA-256 (RFC 2104) over a challenge that is used once, with
//! the token's digest as the key. The digest stands for 256 random bits, so a proof gives nothing away that could be
//! guessed from, and one that was overheard fits no other challenge.

//! A form proves the same way that a page of the person's own session made it: with the session's digest as the key, over
//! what the form was made for. A page of another site cannot know it, and one form's proof fits no other form.

use aws_lc_rs::hmac;
use subtle::ConstantTimeEq as _;

use crate::base62;
use crate::token::Digest;

/// What is proved. No other use of a digest as a key may begin like one of these.
const PURPOSE: &[u8] = b"ticketgate: I know this operator token\n";
const FORM: &[u8] = b"ticketgate: a page of this session made this form\n";

/// The proof for one challenge: letters and digits.
#[must_use]
pub fn of(digest: &Digest, challenge: &str) -> String {
    tagged(digest, PURPOSE, challenge)
}

/// What a form made for `purpose` carries in a session: letters and digits.
#[must_use]
pub fn form(session: &Digest, purpose: &str) -> String {
    tagged(session, FORM, purpose)
}

/// Whether a form carries what [`form`] gave it. Takes the same time however near it comes.
#[must_use]
pub fn is_form(session: &Digest, purpose: &str, carried: &str) -> bool {
    form(session, purpose).as_bytes().ct_eq(carried.as_bytes()).into()
}

fn tagged(digest: &Digest, purpose: &[u8], text: &str) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, digest.as_bytes()));
    context.update(purpose);
    context.update(text.as_bytes());
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
    let mut text = String::with_capacity(base62::BODY);
    base62::push_bytes(&mut text, &bytes);
    text
}

#[cfg(test)]
mod tests;
