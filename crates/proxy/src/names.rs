use std::collections::HashMap;
use std::sync::Arc;

use audit::Text;
use catalogue::{Catalogue, ScopeId, ScopeSet};
use policy::Permit;

/// The texts that records repeat, made once so that a record shares them.
#[derive(Debug)]
pub(crate) struct Names {
    /// Most operations need one of a few sets of scopes.
    sets: Vec<Arc<[Text]>>,
    operations: Vec<Scopes>,
}

/// Which sets an operation's two alternatives are.
#[derive(Debug)]
struct Scopes {
    classic: usize,
    granular: usize,
}

impl Names {
    pub(crate) fn of(catalogue: &Catalogue) -> Self {
        let (mut texts, mut numbers, mut sets) = (HashMap::new(), HashMap::new(), Vec::new());
        let mut text = |scope: ScopeId| -> Text {
            let new = || Arc::<str>::from(catalogue.scope_name(scope)).into();
            Text::clone(texts.entry(scope).or_insert_with(new))
        };
        let mut number = |set: Option<&ScopeSet>| {
            let set = set.copied().unwrap_or_default();
            *numbers.entry(set).or_insert_with(|| {
                sets.push(set.iter().map(&mut text).collect());
                sets.len() - 1
            })
        };
        let operations = catalogue.operations().iter().map(|operation| Scopes {
            classic: number(operation.classic()),
            granular: number(operation.granular()),
        });
        let operations = operations.collect();
        Self { sets, operations }
    }

    /// The scopes of the alternative that satisfied the permit.
    pub(crate) fn scopes(&self, permit: &Permit) -> Arc<[Text]> {
        let operation = permit.operation();
        let Some(scopes) = self.operations.get(operation.index().index()) else { return Arc::default() };
        let classic = operation.classic() == Some(permit.scopes());
        let number = if classic { scopes.classic } else { scopes.granular };
        self.sets.get(number).map(Arc::clone).unwrap_or_default()
    }
}
