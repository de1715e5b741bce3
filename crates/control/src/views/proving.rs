//! By what else than a secret a client proves itself, as the control API hears it.

use oauth::{CertificateRule, ProvesBy, Workload};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client_changes::given;

/// Asks for other ways of proving. What is left out stays; `null` or an empty list takes one away, and the tokens fetched
/// with it end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeProvesBy {
    /// The public keys of its assertions, a JWKS document; takes the place of `jwks_uri`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Option<Value>>,
    /// Where it publishes them; takes the place of `jwks`.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<Option<String>>,
    /// The workloads that are this client, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workloads: Option<Vec<Workload>>,
    /// The certificates it may show, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificates: Option<Vec<CertificateRule>>,
}

impl ChangeProvesBy {
    /// What becomes of the ways there were.
    pub(crate) fn change(self, ways: &mut ProvesBy) {
        let Self { jwks, jwks_uri, workloads, certificates } = self;
        // Naming both is left as it is, to be refused by whoever checks the profile.
        let (given, published) = (matches!(jwks, Some(Some(_))), matches!(jwks_uri, Some(Some(_))));
        if published && !given {
            ways.jwks = None;
        }
        if given && !published {
            ways.jwks_uri = None;
        }
        if let Some(jwks) = jwks {
            ways.jwks = jwks;
        }
        if let Some(jwks_uri) = jwks_uri {
            ways.jwks_uri = jwks_uri;
        }
        if let Some(workloads) = workloads {
            ways.workloads = workloads;
        }
        if let Some(certificates) = certificates {
            ways.certificates = certificates;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changed(before: Value, change: Value) -> Value {
        let mut ways: ProvesBy = serde_json::from_value(before).unwrap();
        serde_json::from_value::<ChangeProvesBy>(change).unwrap().change(&mut ways);
        json!(ways)
    }

    #[test]
    fn what_is_left_out_stays_and_null_takes_away() {
        let tls = json!([{ "san_dns": "a.example" }]);
        let before = json!({ "jwks_uri": "https://a.example/k", "certificates": tls });
        assert_eq!(changed(before.clone(), json!({})), before);
        assert_eq!(changed(before.clone(), json!({ "jwks_uri": null })), json!({ "certificates": tls }));
        assert_eq!(
            changed(before, json!({ "certificates": [] })),
            json!({ "jwks_uri": "https://a.example/k" })
        );
    }

    #[test]
    fn keys_in_the_row_and_keys_at_a_url_take_each_others_place() {
        let (listed, published) =
            (json!({ "jwks": { "keys": [] } }), json!({ "jwks_uri": "https://a.example/k" }));
        assert_eq!(changed(listed.clone(), published.clone()), published);
        assert_eq!(changed(published, listed.clone()), listed);
    }
}
