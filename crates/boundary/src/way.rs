//! Ways into JSON, in the catalogue's language: `issueUpdates[].fields.project`, `[].id`, `counts.*`.

use crate::json::Json;

/// One step.
#[derive(Clone, Copy)]
enum Step<'w> {
    Member(&'w str),
    Elements,
    Members,
}

fn steps(way: &str) -> impl Iterator<Item = Step<'_>> {
    // An empty way leads nowhere else.
    way.split('.').filter(|part| !part.is_empty()).flat_map(|part| {
        let name = part.trim_end_matches("[]");
        let lists = (part.len() - name.len()) / 2;
        let first = match name {
            "" => None,
            "*" => Some(Step::Members),
            name => Some(Step::Member(name)),
        };
        first.into_iter().chain(std::iter::repeat_n(Step::Elements, lists))
    })
}

/// Something stands on the way that is neither what the way expects nor nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Astray;

/// Every value at the end of a way. Where a member is absent or `null` there is nothing.
///
/// # Errors
/// When a list stands where an object is expected, or the other way round: what the reader at the other end makes of that
/// is not known.
pub fn find<'a, 'j>(json: &'a Json<'j>, way: &str) -> Result<Vec<&'a Json<'j>>, Astray> {
    let mut here = vec![json];
    for step in steps(way) {
        let mut next = Vec::new();
        for value in here.into_iter().filter(|value| !value.is_null()) {
            match (step, value) {
                (Step::Member(name), Json::Object(_)) => next.extend(value.get(name)),
                (Step::Elements, Json::List(items)) => next.extend(items),
                (Step::Members, Json::Object(members)) => {
                    next.extend(members.iter().map(|member| &member.value))
                }
                _ => return Err(Astray),
            }
        }
        here = next;
    }
    Ok(here)
}

/// Calls `change` with every value at the end of a way, as far as the way leads.
pub fn find_mut<'j>(json: &mut Json<'j>, way: &str, change: &mut dyn FnMut(&mut Json<'j>)) {
    let steps: Vec<Step<'_>> = steps(way).collect();
    walk(json, &steps, change);
}

/// As deep as a way is long, and ways are the catalogue's.
fn walk<'j>(json: &mut Json<'j>, steps: &[Step<'_>], change: &mut dyn FnMut(&mut Json<'j>)) {
    let Some((step, rest)) = steps.split_first() else { return change(json) };
    match (step, json) {
        (Step::Member(name), json @ Json::Object(_)) => {
            if let Some(value) = json.get_mut(name) {
                walk(value, rest, change);
            }
        }
        (Step::Elements, Json::List(items)) => items.iter_mut().for_each(|item| walk(item, rest, change)),
        (Step::Members, Json::Object(members)) => {
            members.iter_mut().for_each(|member| walk(&mut member.value, rest, change));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
