//! The order of what a query finds.

use std::cmp::Ordering;

use crate::jira::model::Issue;
use crate::jql::Refused;
use crate::jql::check::Field;
use crate::jql::evaluate::moment_of;
use crate::jql::parser::Order;
use crate::turn::Turn;

/// Sorts issues; without an order, the newest come first.
pub(crate) fn sort(turn: &Turn<'_>, found: &mut [&Issue], order: &[Order]) -> Result<(), Refused> {
    let mut fields = Vec::new();
    for one in order {
        let field = Field::named(&one.field)
            .ok_or_else(|| Refused::one(format!("Not able to sort using field '{}'.", one.field)))?;
        fields.push((field, one.descending));
    }
    found.sort_by(|a, b| {
        let by_fields = fields.iter().map(|(field, descending)| {
            let ordering = compare(turn, *field, a, b);
            if *descending { ordering.reverse() } else { ordering }
        });
        by_fields.fold(Ordering::Equal, Ordering::then).then(b.id.cmp(&a.id))
    });
    Ok(())
}

fn compare(turn: &Turn<'_>, field: Field, a: &Issue, b: &Issue) -> Ordering {
    let key = |issue: &Issue| -> (String, u64) {
        let (project, number) = issue.key.rsplit_once('-').unwrap_or_default();
        (project.to_owned(), number.parse().unwrap_or(0))
    };
    let name = |who: &Option<crate::world::people::AccountId>| {
        let who = who.as_ref().and_then(|id| turn.world.people.get(id));
        who.map(|who| who.display_name.clone())
    };
    match field {
        Field::Issue => key(a).cmp(&key(b)),
        Field::Project => key(a).0.cmp(&key(b).0),
        Field::Summary => a.summary.cmp(&b.summary),
        // Highest has the lowest number, and ascending means from lowest to highest.
        Field::Priority => b.priority.cmp(&a.priority),
        Field::Status => a.status.cmp(&b.status),
        Field::IssueType => a.issue_type.cmp(&b.issue_type),
        Field::Resolution => a.resolution.cmp(&b.resolution),
        Field::Assignee => name(&a.assignee).cmp(&name(&b.assignee)),
        Field::Reporter => name(&a.reporter).cmp(&name(&b.reporter)),
        Field::Creator => name(&a.creator).cmp(&name(&b.creator)),
        Field::Rank => a.rank.cmp(&b.rank),
        Field::StoryPoints => a.story_points.partial_cmp(&b.story_points).unwrap_or(Ordering::Equal),
        field if field.is_time() => moment_of(field, a).cmp(&moment_of(field, b)),
        _ => Ordering::Equal,
    }
}
