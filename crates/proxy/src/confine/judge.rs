//! Whether something lies inside: what it is, as Atlassian says, judged by the permit's terms.

use std::collections::HashMap;

use boundary::{Name, Reference};
use catalogue::Kind;
use policy::Bounds;
use types::Refusal;

use super::places::{Finder, Place};

/// How many steps lead from a thing to where it lies, at most: sprint, board, project.
const STEPS: usize = 4;

/// How many projects are asked what people call them.
const MOST_PROJECTS: usize = 50;

/// Judges, for one call.
pub(super) struct Judge<'a> {
    pub(super) bounds: &'a Bounds,
    pub(super) finder: &'a Finder<'a>,
}

impl Judge<'_> {
    /// Whether what a request calls so lies inside. What is not there does not.
    ///
    /// # Errors
    /// When nobody can say.
    pub(super) async fn is_inside(&self, kind: Kind, name: &str) -> Result<bool, Refusal> {
        self.within(kind, name, STEPS).await
    }

    /// The same for what a request names, where its parameter may say more than its kind.
    ///
    /// # Errors
    /// As [`Judge::is_inside`].
    pub(super) async fn names_inside(&self, name: &Name) -> Result<bool, Refusal> {
        if name.kind == Kind::Space {
            return self.is_space_inside(&name.text, name.is_key()).await;
        }
        self.is_inside(name.kind, &name.text).await
    }

    /// The same for a space, of which a key may be a number.
    ///
    /// # Errors
    /// As [`Judge::is_inside`].
    pub(super) async fn is_space_inside(&self, name: &str, is_key: bool) -> Result<bool, Refusal> {
        let boundary = self.bounds.terms().boundary();
        Ok(match self.finder.space_called(name, is_key).await? {
            Some(Place::Space(space)) => boundary.allows_space(&space.key, &space.id),
            _ => false,
        })
    }

    async fn within(&self, kind: Kind, name: &str, steps: usize) -> Result<bool, Refusal> {
        let Some(steps) = steps.checked_sub(1) else { return Ok(false) };
        let boundary = self.bounds.terms().boundary();
        let Some(place) = self.finder.place(kind, name).await? else { return Ok(false) };
        Ok(match place {
            Place::Project(project) => boundary.allows_project(&project.key, &project.id),
            Place::Space(space) => boundary.allows_space(&space.key, &space.id),
            Place::Issue(facts) => {
                boundary.allows_issue(&facts.facts()) && self.meets_condition(&facts.id).await?
            }
            Place::With(others) => {
                for (kind, name) in others.iter() {
                    if !Box::pin(self.within(*kind, name, steps)).await? {
                        return Ok(false);
                    }
                }
                !others.is_empty()
            }
        })
    }

    /// Whether an issue meets the manifest's own condition, as Jira finds.
    async fn meets_condition(&self, id: &str) -> Result<bool, Refusal> {
        match self.bounds.terms().boundary().jql() {
            None => Ok(true),
            Some(condition) => self.finder.meets(id, condition).await,
        }
    }

    /// Whether a query's word for a project means one that lies inside: its key, its id, or the name people gave it.
    pub(super) async fn is_project_called(&self, word: &str) -> Result<bool, Refusal> {
        if self.is_inside(Kind::Project, word).await? {
            return Ok(true);
        }
        let Some(allowed) = self.bounds.terms().boundary().allowed_projects() else { return Ok(false) };
        for project in allowed.take(MOST_PROJECTS) {
            if let Some(Place::Project(project)) = self.finder.place(Kind::Project, &project).await?
                && project.title.to_lowercase() == word.to_lowercase()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a query's value of a field is one of the client's projects: a sprint's id, a version's or component's name or id.
    /// `None`: nobody can say. Values of other fields belong to the site as a whole, and count as there.
    ///
    /// # Errors
    /// When Atlassian cannot be asked.
    pub(super) async fn has_value(&self, field: &str, value: &str) -> Result<Option<bool>, Refusal> {
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let kind = match field.trim_matches('"').to_ascii_lowercase().as_str() {
            "sprint" if is_number => return self.is_inside(Kind::Sprint, value).await.map(Some),
            "sprint" => return Ok(None),
            "fixversion" | "affectedversion" => Kind::Version,
            "component" => Kind::Component,
            _ => return Ok(Some(true)),
        };
        let Some(allowed) = self.bounds.terms().boundary().allowed_projects() else {
            return if is_number { self.is_inside(kind, value).await.map(Some) } else { Ok(None) };
        };
        for project in allowed.take(MOST_PROJECTS) {
            if self.finder.values(kind, &project).await?.contains(&value.to_lowercase()) {
                return Ok(Some(true));
            }
        }
        Ok(Some(false))
    }

    /// The key and id of the project something lies in, if it lies in one.
    pub(super) async fn project_of(
        &self,
        kind: Kind,
        name: &str,
    ) -> Result<Option<(String, String)>, Refusal> {
        let (mut kind, mut name) = (kind, name.to_owned());
        for _ in 0..STEPS {
            match self.finder.place(kind, &name).await? {
                Some(Place::Project(project)) => return Ok(Some((project.key.clone(), project.id.clone()))),
                Some(Place::Issue(facts)) => {
                    return Ok(Some((facts.project.key.clone(), facts.project.id.clone())));
                }
                Some(Place::With(others)) => match others.first() {
                    Some((next, called)) => (kind, name) = (*next, called.clone()),
                    None => return Ok(None),
                },
                Some(Place::Space(_)) | None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// What of an answer's references lies inside. What Atlassian says in the answer counts as far as it goes; the rest is
    /// looked up. `found` is what a constrained query found.
    ///
    /// # Errors
    /// When nobody can say.
    pub(super) async fn references(
        &self,
        references: Vec<Reference>,
        found: &HashMap<Reference, Reference>,
    ) -> Result<HashMap<Reference, bool>, Refusal> {
        let boundary = self.bounds.terms().boundary();
        let by_project = !boundary.bounds_issues();
        let unknown = references
            .iter()
            .filter(|one| one.kind == Some(Kind::Issue) && !(by_project && one.key.is_some()))
            .filter(|one| !(by_project && found.contains_key(one)));
        let unknown: Vec<String> =
            unknown.filter_map(|one| one.id.clone().or_else(|| one.key.clone())).collect();
        self.finder.prepare(&unknown).await?;
        let mut verdicts = HashMap::with_capacity(references.len());
        for reference in references {
            let inside = match found.get(&reference) {
                // Which project it is of, its key says. Without one, that it was found is all there is.
                Some(whole) if by_project && whole.key.is_none() => true,
                Some(whole) if by_project => self.reference(whole, by_project).await?,
                Some(whole) => self.has_facts_inside(whole).await?,
                None => self.reference(&reference, by_project).await?,
            };
            verdicts.insert(reference, inside);
        }
        Ok(verdicts)
    }

    /// Whether what a constrained query found lies inside as far as facts say: Jira has seen to the manifest's own condition, and
    /// compares some things, such as labels, otherwise than the manifest does.
    async fn has_facts_inside(&self, reference: &Reference) -> Result<bool, Refusal> {
        let (Some(Kind::Issue), Some(name)) =
            (reference.kind, reference.id.as_ref().or(reference.key.as_ref()))
        else {
            return self.reference(reference, false).await;
        };
        Ok(match self.finder.place(Kind::Issue, name).await? {
            Some(Place::Issue(facts)) => self.bounds.terms().boundary().allows_issue(&facts.facts()),
            _ => false,
        })
    }

    async fn reference(&self, reference: &Reference, by_project: bool) -> Result<bool, Refusal> {
        let Some(kind) = reference.kind else { return Ok(false) };
        let boundary = self.bounds.terms().boundary();
        match kind {
            // Content beside Jira's own, such as a link to a page in an issue, and the other way round.
            Kind::Space | Kind::Content if !boundary.bounds_spaces() => return Ok(true),
            Kind::Issue | Kind::Project | Kind::Board | Kind::Sprint | Kind::ServiceDesk
                if !boundary.bounds_projects() && !boundary.bounds_issues() =>
            {
                return Ok(true);
            }
            Kind::Issue if by_project => {
                if let (Some(key), Some(id)) = (reference.project_key(), &reference.project_id) {
                    return Ok(boundary.allows_project(key, id));
                }
                if let Some(key) = reference.project_key() {
                    return self.is_inside(Kind::Project, key).await;
                }
            }
            Kind::Project | Kind::Space => {
                if let (Some(key), Some(id)) = (&reference.key, &reference.id) {
                    return Ok(if kind == Kind::Project {
                        boundary.allows_project(key, id)
                    } else {
                        boundary.allows_space(key, id)
                    });
                }
            }
            Kind::Board => {
                if let Some(project) = &reference.project_id {
                    return self.is_inside(Kind::Project, project).await;
                }
            }
            _ => {}
        }
        match reference.id.as_ref().or(reference.key.as_ref()) {
            Some(name) if kind == Kind::Space => self.is_space_inside(name, reference.id.is_none()).await,
            Some(name) => self.is_inside(kind, name).await,
            None => Ok(false),
        }
    }
}
