use ::boundary::{Json, Name};
use catalogue::{Call, IssueBody, Kind, Place as Where};
use policy::{Objection, TransitionFacts};
use types::{Code, Refusal};

use super::super::judge::Judge;
use super::{at, refuse};

/// How many issues of one call are looked at.
const MOST: usize = 100;

/// Checks which transitions are made, of which issues.
pub(super) async fn check(
    judge: &Judge<'_>,
    _call: &Call,
    shape: IssueBody,
    named: &[Name],
    json: &Json<'_>,
) -> Result<(), Refusal> {
    let mut made: Vec<(String, String)> = Vec::new();
    if shape == IssueBody::TransitionMany {
        for input in at(json, "bulkTransitionInputs[]")? {
            let transition = id(input.get("transitionId"))?;
            let issues = at(input, "selectedIssueIdsOrKeys[]")?;
            let names = issues
                .into_iter()
                .map(|issue| issue.name().map(|name| name.into_owned()).ok_or_else(strange));
            for name in names {
                made.push((name?, transition.clone()));
            }
        }
    } else {
        for way in shape.transition() {
            for transition in at(json, way)?.into_iter().filter(|transition| !transition.is_null()) {
                let transition = match transition {
                    Json::Object(_) => id(transition.get("id"))?,
                    other => id(Some(other))?,
                };
                let issue = named.iter().find(|name| name.place == Where::Path && name.kind == Kind::Issue);
                let issue = issue.ok_or_else(|| {
                    Refusal::new(
                        Code::NotConfinable,
                        "It makes a transition of an issue that is not there yet.",
                    )
                    .advise("Make the issue first, then the transition.")
                })?;
                made.push((issue.text.clone(), transition));
            }
        }
    }
    if made.len() > MOST {
        return Err(Refusal::new(
            Code::NotConfinable,
            format!("It makes transitions of more than {MOST} issues."),
        ));
    }
    for (issue, transition) in made {
        one(judge, &issue, &transition).await?;
    }
    Ok(())
}

fn strange() -> Refusal {
    Refusal::new(Code::MalformedRequest, "What stands in its body as a transition is none.")
}

fn id(value: Option<&Json<'_>>) -> Result<String, Refusal> {
    value.and_then(Json::name).map(|name| name.into_owned()).ok_or_else(strange)
}

/// One transition: what it is, Jira says. One that Jira does not offer has no name and leads nowhere; then only a rule that
/// goes by nothing but the id can allow it.
async fn one(judge: &Judge<'_>, issue: &str, transition: &str) -> Result<(), Refusal> {
    let (key, number) = judge.project_of(Kind::Issue, issue).await?.unwrap_or_default();
    let found = judge.finder.transition(issue, transition).await?;
    let facts = TransitionFacts {
        project_key: &key,
        project_id: &number,
        from: found.from.named(),
        to: found.to.named(),
        id: transition,
        name: &found.name,
    };
    if judge.bounds.terms().transitions().allows(&facts) {
        return Ok(());
    }
    Err(refuse(judge.bounds, Objection::Transition(&facts)))
}
