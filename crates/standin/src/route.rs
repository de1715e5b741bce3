//! Route families: what a path means, which scopes it needs, who answers.

use std::collections::HashMap;

use http::Method;

use crate::ask::decode;
use crate::reply::Answer;
use crate::turn::{Dialect, Turn};

/// Answers one route. Runs with the world locked, so it neither waits nor blocks.
pub(crate) type Handler = fn(&mut Turn<'_>) -> Answer;

/// One line of a family's table.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    /// Literal segments and `{captures}`. `{v}` stands for Jira's API version and matches `2`, `3` and `latest` only;
    /// a last segment `{rest...}` takes everything that follows.
    pub(crate) template: &'static str,
    pub(crate) needs: Needs,
    pub(crate) handler: Handler,
}

/// The scopes a route needs: all of one of two lists, each separated by commas. `-` needs none, empty is no alternative.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs {
    pub(crate) classic: &'static str,
    pub(crate) granular: &'static str,
}

/// Any credential will do.
pub(crate) const ANY: Needs = Needs { classic: "-", granular: "-" };

/// Shorthand for tables.
pub(crate) const fn needs(classic: &'static str, granular: &'static str) -> Needs {
    Needs { classic, granular }
}

impl Needs {
    /// Whether a token with exactly these scopes may pass.
    pub(crate) fn met_by(self, held: &std::collections::BTreeSet<String>) -> bool {
        [self.classic, self.granular].into_iter().any(|list| match list {
            "" => false,
            "-" => true,
            list => list.split(',').all(|scope| held.contains(scope)),
        })
    }
}

macro_rules! verbs {
    ($($name:ident $method:ident),*) => {$(
        /// Shorthand for tables.
        pub(crate) const fn $name(template: &'static str, needs: Needs, handler: Handler) -> Route {
            Route { method: Method::$method, template, needs, handler }
        }
    )*};
}
verbs!(get GET, post POST, put PUT, delete DELETE);

/// Many families, indexed so that a request meets only the few templates of its own length.
#[derive(Debug)]
pub(crate) struct Router {
    exact: HashMap<(Method, usize), Vec<&'static Route>>,
    open_ended: Vec<&'static Route>,
}

/// A route found, with what its captures hold (decoded) and the API version, where the template has one.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) route: &'static Route,
    pub(crate) captures: Vec<(&'static str, String)>,
    pub(crate) dialect: Dialect,
}

impl Router {
    /// Indexes the families. Where two templates match, the one whose first difference is a literal wins.
    pub(crate) fn new(families: &[&'static [Route]]) -> Self {
        let mut exact: HashMap<(Method, usize), Vec<&'static Route>> = HashMap::new();
        let mut open_ended = Vec::new();
        for route in families.iter().flat_map(|family| family.iter()) {
            if route.template.ends_with("...}") {
                open_ended.push(route);
            } else {
                let length = segments(route.template).count();
                exact.entry((route.method.clone(), length)).or_default().push(route);
            }
        }
        for routes in exact.values_mut() {
            routes.sort_by_key(|route| {
                segments(route.template).map(|s| s.starts_with('{')).collect::<Vec<_>>()
            });
        }
        Self { exact, open_ended }
    }

    /// The route of a path, or `None`.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Option<Found> {
        let length = segments(path).count();
        let method = if method == Method::HEAD { Method::GET } else { method.clone() };
        let exact = self.exact.get(&(method.clone(), length)).into_iter().flatten();
        let open = self.open_ended.iter().filter(|route| route.method == method);
        exact.chain(open).find_map(|route| matches(route, path))
    }

    /// Whether the path is known under another method, so that 405 can be told from 404.
    pub(crate) fn knows_path(&self, path: &str) -> bool {
        let length = segments(path).count();
        self.exact
            .iter()
            .any(|((_, l), routes)| *l == length && routes.iter().any(|r| matches(r, path).is_some()))
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.trim_matches('/').split('/')
}

fn matches(route: &'static Route, path: &str) -> Option<Found> {
    let mut captures = Vec::new();
    let mut dialect = Dialect::V3;
    let mut given = segments(path);
    for wanted in segments(route.template) {
        let Some(name) = wanted.strip_prefix('{').and_then(|w| w.strip_suffix('}')) else {
            if given.next()? != wanted {
                return None;
            }
            continue;
        };
        if let Some(name) = name.strip_suffix("...") {
            captures.push((name, decode(&given.by_ref().collect::<Vec<_>>().join("/"))));
            break;
        }
        let segment = given.next()?;
        if name == "v" {
            dialect = Dialect::of(segment)?;
        } else {
            captures.push((name, decode(segment)));
        }
    }
    given.next().is_none().then_some(Found { route, captures, dialect })
}

#[cfg(test)]
mod tests;
