use types::Secret;

use super::*;

fn key(text: &str) -> Result<WebhookKey, NotAWebhookKey> {
    WebhookKey::parse(&Secret::new(text.to_owned()))
}

/// The example the libraries of Standard Webhooks are tested with.
#[test]
fn a_signature_is_the_one_of_the_published_vector() {
    for secret in ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
        let signature = key(secret).unwrap().sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}

#[test]
fn what_is_too_short_too_long_or_no_base64_is_no_key() {
    for text in
        ["", "whsec_", "whsec_c2hvcnQ=", "hunter2 hunter2 hunter2 hunter2!", &STANDARD.encode([7; 65])]
    {
        assert_eq!(key(text).unwrap_err(), NotAWebhookKey, "{text}");
    }
    assert!(key(&STANDARD.encode([7; 24])).is_ok() && key(&STANDARD.encode([7; 64])).is_ok());
    assert_eq!(format!("{:?}", key(&STANDARD.encode([7; 32])).unwrap()), "webhook key");
}
