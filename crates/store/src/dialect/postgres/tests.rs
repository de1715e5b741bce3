use sqlx::postgres::PgSslMode;
use types::Secret;

use super::{error, options};
use crate::StoreError;

fn mode(url: &str) -> PgSslMode {
    options(&Secret::new(url.to_owned())).unwrap().get_ssl_mode()
}

#[test]
fn a_server_elsewhere_shows_a_certificate_of_its_name_unless_the_url_says_otherwise() {
    for elsewhere in [
        "postgres://u:p@db.example/grants",
        "postgresql://db.example",
        "postgres:///grants?host=10.0.0.7",
        "postgres://u@localhost.example:5432/grants?application_name=a",
        "postgres://db.example/?options[sslmode]=disable",
    ] {
        assert!(matches!(mode(elsewhere), PgSslMode::VerifyFull), "{elsewhere}");
    }
    assert!(matches!(mode("postgres://db.example/grants?sslmode=require"), PgSslMode::Require));
    for here in ["postgres://%2Frun%2Fpostgresql/grants", "postgres://localhost/grants", "postgres://[::1]/g"]
    {
        assert!(matches!(mode(here), PgSslMode::Prefer), "{here}");
    }
}

#[test]
fn a_url_that_is_none_is_refused_without_a_word_of_it() {
    for wrong in [
        "postgres://user:s3cret@host:port/grants",
        "postgres://user:s3cret@",
        "user:s3cret@host/grants",
        "postgres://host/grants?sslmode=s3cret",
        "postgres://host/grants?s3cret",
        "postgres://host/grants?pass%77ord=s3cret",
        "postgres://host/grants?port=s3cret",
        "",
    ] {
        let error = options(&Secret::new(wrong.to_owned())).unwrap_err();
        assert!(matches!(error, StoreError::Shared { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
}

#[test]
fn what_the_server_says_is_told_apart() {
    let code = |code| error::by_code("grants", code, "words");
    assert!(matches!(code("23505"), StoreError::Duplicate { table: "grants" }));
    for busy in ["40001", "40P01", "55P03", "57014", "53300"] {
        assert!(matches!(code(busy), StoreError::Busy), "{busy}");
    }
    assert!(matches!(code("53100"), StoreError::Full));
    assert!(matches!(code("XX001"), StoreError::Damaged { .. }));
    for gone in ["57P01", "57P02", "57P03", "08006", "25006", "42P01"] {
        assert!(matches!(code(gone), StoreError::Other { .. }) && code(gone).may_pass(), "{gone}");
    }
}
