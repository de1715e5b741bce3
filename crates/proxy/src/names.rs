use std::collections::HashMap;
use std::sync::Arc;

use audit::Text;
use catalogue::{Catalogue, ScopeSet};
use policy::Permit;

/// The texts that records repeat, made once so that a record shares them.
#[derive(Debug)]
pub(crate) struct Names {
    operations: Vec<Scopes>,
}

/// The scopes of an operation's two alternatives.
#[derive(Debug)]
struct Scopes {
    classic: Arc<[Text]>,
    granular: Arc<[Text]>,
}

impl Names {
    pub(crate) fn of(catalogue: &Catalogue) -> Self {
        // Most operations need one of a few sets.
        let mut lists: HashMap<Vec<&str>, Arc<[Text]>> = HashMap::new();
        let mut list = |set: Option<&ScopeSet>| {
            let names: Vec<&str> =
                set.into_iter().flat_map(ScopeSet::iter).map(|scope| catalogue.scope_name(scope)).collect();
            let shared = || names.iter().map(|name| Text::from(Arc::<str>::from(*name))).collect();
            Arc::clone(lists.entry(names.clone()).or_insert_with(shared))
        };
        let operations = catalogue.operations().iter().map(|operation| Scopes {
            classic: list(operation.classic()),
            granular: list(operation.granular()),
        });
        Self { operations: operations.collect() }
    }

    /// The scopes of the alternative that satisfied the permit.
    pub(crate) fn scopes(&self, permit: &Permit) -> Arc<[Text]> {
        let operation = permit.operation();
        let Some(scopes) = self.operations.get(operation.index().index()) else { return Arc::default() };
        let classic = operation.classic() == Some(permit.scopes());
        Arc::clone(if classic { &scopes.classic } else { &scopes.granular })
    }
}
