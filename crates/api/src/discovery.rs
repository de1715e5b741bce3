//! What OAuth clients may ask before they know anything.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, Uri};
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::{Parts, Shared, origin};

fn public(parts: &Parts, headers: &HeaderMap, uri: &Uri) -> Result<String, Problem> {
    origin::of(parts, headers, uri).ok_or_else(|| Problem::invalid("The request has no usable Host header."))
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
    Ok(Json(json!({
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
    })))
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
