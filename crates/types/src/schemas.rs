//! What the words of the product look like in JSON: schemas for whoever describes an API (feature `schemas`).
//!
//! Each says what its `FromStr` accepts, no more and no less: `tests/clients/test_control_api.py` asks with texts that fit
//! and with texts that do not.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{AppName, ClientId, CloudId, GrantName, IssuerName, OperatorName, RequestId, Secret, SiteName};

/// As `is_name` has it: lower-case letters and digits, single hyphens between them.
const NAME: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

macro_rules! schema {
    ($($of:ident, $words:literal, $inline:literal: $schema:tt;)+) => {$(
        impl JsonSchema for $of {
            fn schema_name() -> Cow<'static, str> {
                stringify!($of).into()
            }

            fn inline_schema() -> bool {
                $inline
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let mut schema = json_schema!($schema);
                schema.insert("description".to_owned(), $words.into());
                schema
            }
        }
    )+};
}

schema! {
    ClientId, "A registered program that calls the gateway.", false: { "type": "string", "pattern": NAME, "maxLength": 63 };
    GrantName, "What Atlassian gave the gateway to act with.", false: { "type": "string", "pattern": NAME, "maxLength": 63 };
    SiteName, "One Atlassian site, as settings call it.", false: { "type": "string", "pattern": NAME, "maxLength": 63 };
    IssuerName, "A platform that vouches for workloads, as settings call it.", false: { "type": "string", "pattern": NAME, "maxLength": 63 };
    AppName, "An OAuth app people consent to, as settings call it.", false: { "type": "string", "pattern": NAME, "maxLength": 63 };
    OperatorName, "A person who runs the gateway.", false: { "type": "string", "pattern": NAME, "maxLength": 63 };
    CloudId, "Atlassian's id of a Cloud site.", false: { "type": "string", "pattern": "^[0-9A-Za-z-]{1,64}$" };
    RequestId, "Names one request: header `Ticketgate-Request-Id`.", false: { "type": "string", "format": "uuid" };
    Secret, "A secret: taken or shown once, never to be had again.", true: { "type": "string", "format": "password" };
}
