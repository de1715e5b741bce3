//! What OAuth clients may ask before they know anything.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, Uri};
use serde_json::{Value, json};
use types::Code;

use crate::problem::Problem;
use crate::{Parts, Shared, origin};

fn public(parts: &Parts, headers: &HeaderMap, uri: &Uri) -> Result<String, Problem> {
    origin::of(parts, headers, uri).ok_or_else(|| {
        Problem::new(
            Code::RequestUnreadable,
            "The request calls this gateway by a name that is not its own, so it cannot say who it is.",
            "Call it by localhost or the address it listens on; for any other name, set public_origin in its settings.",
        )
    })
}

/// RFC 8414 §2: only what there is.
pub(crate) async fn authorization_server(
    State(parts): Shared,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Json<Value>, Problem> {
    let issuer = public(&parts, &headers, &uri)?;
    let by_tls = if parts.client_certificates { oauth::CLIENT_AUTHENTICATION_BY_TLS } else { &[] };
    let methods = [oauth::CLIENT_AUTHENTICATION, by_tls].concat();
    let mut document = json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/oauth/token"),
        "token_endpoint_auth_methods_supported": methods,
        "tls_client_certificate_bound_access_tokens": parts.client_certificates,
        "token_endpoint_auth_signing_alg_values_supported": oauth::signing_algorithms(),
        "dpop_signing_alg_values_supported": oauth::signing_algorithms(),
        "introspection_endpoint": format!("{issuer}/oauth/introspect"),
        "introspection_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_signing_alg_values_supported": oauth::signing_algorithms(),
        "revocation_endpoint": format!("{issuer}/oauth/revoke"),
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": oauth::signing_algorithms(),
        "jwks_uri": format!("{issuer}/oauth/jwks"),
        "grant_types_supported": oauth::GRANT_TYPES,
        "response_types_supported": [],
    });
    describe_users(&mut document, &issuer, parts.people);
    if let (Some(_), Some(document)) = (&parts.registration, document.as_object_mut()) {
        document.insert("registration_endpoint".to_owned(), json!(format!("{issuer}/oauth/register")));
    }
    Ok(Json(document))
}

/// What there is for clients that act for users: all of it where people can sign in, none of it where nobody can.
fn describe_users(document: &mut Value, issuer: &str, people: bool) {
    let Some(document) = document.as_object_mut() else { return };
    let of_users =
        |value: &Value| value.as_str().is_some_and(|name| oauth::GRANT_TYPES_OF_USERS.contains(&name));
    if !people {
        if let Some(Value::Array(types)) = document.get_mut("grant_types_supported") {
            types.retain(|name| !of_users(name));
        }
        return;
    }
    if let Some(Value::Array(methods)) = document.get_mut("token_endpoint_auth_methods_supported") {
        // Public clients: the client id alone.
        methods.push(json!("none"));
    }
    for (name, value) in [
        ("authorization_endpoint", json!(format!("{issuer}/oauth/authorize"))),
        ("response_types_supported", json!(["code"])),
        ("response_modes_supported", json!(["query"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        // RFC 9207 §3.
        ("authorization_response_iss_parameter_supported", json!(true)),
        // RFC 9101 §10.5 and OpenID Connect Discovery §3, whose default would be `true`.
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
    ] {
        document.insert(name.to_owned(), value);
    }
}

/// RFC 9728 §2.
pub(crate) async fn protected_resource(
    State(parts): Shared,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Json<Value>, Problem> {
    let resource = public(&parts, &headers, &uri)?;
    Ok(Json(json!({
        "resource": resource,
        "authorization_servers": [resource],
        "bearer_methods_supported": ["header"],
        "tls_client_certificate_bound_access_tokens": parts.client_certificates,
        "dpop_signing_alg_values_supported": oauth::signing_algorithms(),
        "resource_name": "Jira and Confluence through ticketgate",
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(people: bool) -> Value {
        let mut document = json!({
            "grant_types_supported": oauth::GRANT_TYPES,
            "token_endpoint_auth_methods_supported": oauth::CLIENT_AUTHENTICATION,
            "response_types_supported": [],
        });
        describe_users(&mut document, "https://gateway.example", people);
        document
    }

    fn has(document: &Value, name: &str, value: &str) -> bool {
        document[name].as_array().is_some_and(|values| values.contains(&json!(value)))
    }

    #[test]
    fn where_nobody_can_sign_in_nothing_of_users_is_promised() {
        let document = described(false);
        assert!(has(&document, "grant_types_supported", "client_credentials"));
        assert!(!has(&document, "grant_types_supported", "authorization_code"));
        assert!(!has(&document, "token_endpoint_auth_methods_supported", "none"));
        assert!(document.get("authorization_endpoint").is_none());
    }

    #[test]
    fn where_people_can_sign_in_clients_learn_how_to_ask_them() {
        let document = described(true);
        for grant in ["client_credentials", "authorization_code", "refresh_token"] {
            assert!(has(&document, "grant_types_supported", grant));
        }
        assert!(has(&document, "token_endpoint_auth_methods_supported", "none"));
        assert!(has(&document, "response_types_supported", "code"));
        assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]), "and not plain");
        assert_eq!(document["authorization_endpoint"], "https://gateway.example/oauth/authorize");
        assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    }
}
