use std::collections::HashMap;
use std::sync::Arc;

use audit::Text;
use catalogue::{Catalogue, Operation, ScopeId, ScopeSet};

/// The texts that records repeat, made once so that a record shares them.
#[derive(Debug)]
pub(crate) struct Names {
    labels: Vec<Arc<str>>,
    scopes: HashMap<ScopeId, Arc<str>>,
}

impl Names {
    pub(crate) fn of(catalogue: &Catalogue) -> Self {
        let labels = catalogue.operations().iter().map(|operation| operation.label().into()).collect();
        let scopes = catalogue.scopes().map(|(id, name)| (id, name.into())).collect();
        Self { labels, scopes }
    }

    pub(crate) fn label(&self, operation: &Operation) -> Option<Text> {
        self.labels.get(operation.index().index()).cloned().map(Text::from)
    }

    pub(crate) fn scopes(&self, set: &ScopeSet) -> Vec<Text> {
        set.iter().filter_map(|id| self.scopes.get(&id).cloned().map(Text::from)).collect()
    }
}
