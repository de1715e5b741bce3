use percent_encoding::percent_decode_str;
use types::{Code, Refusal};

/// The longest query, in bytes. Atlassian's edge takes about half of it; JQL that is longer belongs in a body.
const LONGEST: usize = 16 * 1024;

/// Parameters by which Jira, Confluence and OAuth servers take a credential out of a URL. The call would be made as
/// somebody else than the grant the manifest names.
const CREDENTIALS: [&str; 6] =
    ["os_username", "os_password", "os_authtype", "os_cookie", "jwt", "access_token"];

/// Checks a query and keeps it as it is: bounded, printable ASCII, whole percent escapes, no credentials.
pub(super) fn read(raw: &str) -> Result<String, Refusal> {
    let refuse = |detail: &'static str| Err(Refusal::new(Code::MalformedRequest, detail));
    if raw.len() > LONGEST {
        return refuse("Its query is longer than 16384 bytes.");
    }
    if !raw.bytes().all(|byte| byte.is_ascii_graphic()) {
        return refuse("Its query contains characters that must be percent-encoded.");
    }
    if raw.contains('%') && !raw.split('%').skip(1).all(starts_with_two_digits) {
        return refuse("Its query contains a '%' that is not followed by two hexadecimal digits.");
    }
    if raw.split('&').any(carries_credential) {
        return refuse("Its query carries a credential; credentials belong in the Authorization header.");
    }
    Ok(raw.to_owned())
}

fn starts_with_two_digits(text: &str) -> bool {
    matches!(text.as_bytes(), [first, second, ..] if first.is_ascii_hexdigit() && second.is_ascii_hexdigit())
}

fn carries_credential(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    let is_one = |name: &str| CREDENTIALS.iter().any(|known| name.eq_ignore_ascii_case(known));
    if name.contains('%') { is_one(&percent_decode_str(name).decode_utf8_lossy()) } else { is_one(name) }
}
