//! The examples of the RFCs, to the letter.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jose::dpop::{self, DpopError, Request, Target, Window};
use jose::{Expected, Jwk, Unverified, VerifyError};

/// The claims of RFC 7515's examples name no audience, which is refused, but only after the signature was found good: with
/// one letter of it changed the signature is.
fn is_signed(token: &str, key: &Jwk) {
    let before_its_end = Timestamp::from_second(1_300_819_379).unwrap();
    let check = |token: &str| {
        let expected = Expected::new("joe", ["us"]);
        Unverified::parse(token).unwrap().verify_with(key, &expected, before_its_end).unwrap_err()
    };
    assert_eq!(check(token), VerifyError::Missing("aud"));
    let end = token.rfind('.').unwrap() + 1;
    let other = if token[end..].starts_with('c') { "d" } else { "c" };
    assert_eq!(check(&format!("{}{other}{}", &token[..end], &token[end + 1..])), VerifyError::Signature);
}

const RFC_7515_CLAIMS: &str =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

#[test]
fn rfc_7515_appendix_a_2_rs256() {
    let key = r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#;
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let token = format!("eyJhbGciOiJSUzI1NiJ9.{RFC_7515_CLAIMS}.{signature}");
    is_signed(&token, &Jwk::parse(key).unwrap());
}

#[test]
fn rfc_7515_appendix_a_3_es256() {
    let key = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let token = format!("eyJhbGciOiJFUzI1NiJ9.{RFC_7515_CLAIMS}.{signature}");
    is_signed(&token, &Jwk::parse(key).unwrap());
}

/// RFC 7519 section 6.1 and RFC 7515 appendix A.5.
#[test]
fn rfc_7515_appendix_a_5_an_unsecured_token_is_not_read() {
    assert!(Unverified::parse(&format!("eyJhbGciOiJub25lIn0.{RFC_7515_CLAIMS}.")).is_err());
}

/// RFC 7515 appendix A.1.
#[test]
fn rfc_7515_appendix_a_1_hs256_is_not_read() {
    let token = format!(
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{RFC_7515_CLAIMS}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    );
    assert!(Unverified::parse(&token).is_err());
}

#[test]
fn rfc_8037_appendix_a_ed25519() {
    let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    // A.2 and A.3: the public key and its thumbprint.
    let mut random = [0; jose::Fresh::LEN];
    random[..32].copy_from_slice(&seed);
    let key = jose::SigningKey::ed25519(jose::Fresh::from_bytes(random)).unwrap();
    assert_eq!(key.public().to_json()["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(key.public().kid(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    // A.4 signs a text that is no JSON and therefore no token; its signature is verified beside the key's own tests.
    let signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert!(Unverified::parse(&format!("{signed}.{signature}")).is_err());
}

#[test]
fn rfc_7638_section_3_1_thumbprint() {
    let key = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;
    let key = Jwk::parse(key).unwrap();
    assert_eq!(key.thumbprint().to_string(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_eq!(key.thumbprint().to_string().parse(), Ok(key.thumbprint()));
}

/// The header of every proof in RFC 9449.
const RFC_9449_HEADER: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19";

/// RFC 9449 section 6.1.
const RFC_9449_JKT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

#[test]
fn rfc_9449_section_4_1_proof_for_the_token_endpoint() {
    let proof = format!(
        "{RFC_9449_HEADER}.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
    );
    let target = Target::parse("https://server.example.com/token").unwrap();
    let request = Request { method: "POST", target: &target, access_token: None, nonces: None };
    let now = Timestamp::from_second(1_562_262_618).unwrap();
    let proof = dpop::verify(&proof, &request, Window::default(), now).unwrap();
    assert_eq!(proof.key().to_string(), RFC_9449_JKT);
    assert_eq!((proof.id(), proof.issued_at().as_second()), ("-BwC3ESc6acc2lTc", 1_562_262_616));
}

#[test]
fn rfc_9449_section_7_1_proof_beside_an_access_token() {
    let proof = format!(
        "{RFC_9449_HEADER}.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
    );
    let target = Target::parse("https://resource.example.org/protectedresource").unwrap();
    let now = Timestamp::from_second(1_562_262_618).unwrap();
    let check = |access_token| {
        let request = Request { method: "GET", target: &target, access_token, nonces: None };
        dpop::verify(&proof, &request, Window::default(), now)
    };
    let found = check(Some("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")).unwrap();
    assert_eq!(found.key().to_string(), RFC_9449_JKT);
    assert_eq!(check(Some("another")), Err(DpopError::AccessToken));
}
