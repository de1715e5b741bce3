//! Pages for people: forms that work without scripts, with ids a headless browser can aim at.

use std::fmt::Write as _;

use http::{HeaderValue, StatusCode};

use super::apps::Level;
use super::authorize::{Question, people};
use crate::reply::Reply;
use crate::world::World;

/// Text for HTML, between tags and in quoted attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A page with this title and body. The title is escaped here, the body has been.
pub(crate) fn page(status: StatusCode, title: &str, body: &str) -> Reply {
    let title = escaped(title);
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body><main><h1>{title}</h1>\n{body}</main></body></html>\n"
    );
    let html = HeaderValue::from_static("text/html;charset=utf-8");
    Reply::bytes(status, html, page)
        .header("cache-control", "no-store")
        .header("referrer-policy", "no-referrer")
        .header("content-security-policy", "default-src 'none'; frame-ancestors 'none'")
}

/// A page that says what is wrong.
pub(crate) fn trouble(status: StatusCode, what: &str) -> Reply {
    page(status, "Something went wrong", &format!("<p id=\"error\">{}</p>\n", escaped(what)))
}

/// One hidden field.
pub(crate) fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escaped(name), escaped(value))
}

/// The consent page.
pub(crate) fn consent(world: &World, question: &Question) -> Reply {
    let app = &question.app;
    let mut body = String::new();
    let host = question.redirect_uri.host_str().unwrap_or_default();
    let _ = write!(
        body,
        "<p id=\"app\">{} wants to act for you. You go back to {} afterwards.</p>\n<ul id=\"scopes\">\n",
        escaped(&app.name),
        escaped(host),
    );
    for scope in question.scopes() {
        let _ = writeln!(body, "<li>{}</li>", escaped(scope));
    }
    body.push_str("</ul>\n<form id=\"consent\" method=\"post\">\n");
    for (name, value) in &question.carried {
        body.push_str(&hidden(name, value));
    }
    body.push_str("<fieldset><legend>Who are you?</legend>\n");
    for (at, account) in people(world, app).enumerate() {
        let name = escaped(&account.username);
        let checked = if at == 0 { " checked" } else { "" };
        let _ = writeln!(
            body,
            "<label><input type=\"radio\" name=\"as\" id=\"as-{name}\" value=\"{name}\"{checked}> {}</label>",
            escaped(&account.display_name),
        );
    }
    body.push_str("</fieldset>\n");
    if app.level == Level::Resource {
        body.push_str("<fieldset><legend>Use it on</legend>\n");
        for (_, site) in world.cloud_sites() {
            let name = escaped(&site.name);
            let _ = writeln!(
                body,
                "<label><input type=\"checkbox\" name=\"site\" id=\"site-{name}\" value=\"{name}\"> {name}</label>"
            );
        }
        body.push_str("</fieldset>\n");
    }
    body.push_str(
        "<button id=\"accept\" name=\"decision\" value=\"accept\">Accept</button>\n\
         <button id=\"deny\" name=\"decision\" value=\"deny\">Deny</button>\n</form>\n",
    );
    page(StatusCode::OK, &format!("Authorize {}", app.name), &body)
}
