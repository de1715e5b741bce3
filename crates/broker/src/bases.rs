//! Base URLs, made once per site and face instead of once per call.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use types::{Face, Site, SiteName};

use crate::Base;

/// More sites than this are not kept; nobody has them.
const MOST: usize = 4_096;

struct OfSite {
    /// What the bases were made from: settings may have changed since.
    site: Arc<Site>,
    bases: [Option<Arc<Base>>; 4],
}

#[derive(Default)]
pub(crate) struct Bases(RwLock<FxHashMap<SiteName, OfSite>>);

impl Bases {
    /// The base of `face` on `site`; `None` when the site has no such face.
    pub(crate) fn of(&self, site: &Arc<Site>, face: Face) -> Option<Arc<Base>> {
        {
            let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) =
                known.get(&site.name).filter(|it| Arc::ptr_eq(&it.site, site) || it.site == *site)
            {
                return known.of(face);
            }
        }
        let made = OfSite {
            site: Arc::clone(site),
            bases: Face::ALL.map(|face| Base::of(site, face).map(Arc::new)),
        };
        let base = made.of(face);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(site.name.clone(), made);
        base
    }
}

impl OfSite {
    fn of(&self, face: Face) -> Option<Arc<Base>> {
        let (_, base) = Face::ALL.iter().zip(&self.bases).find(|(known, _)| **known == face)?;
        base.clone()
    }
}
