//! `ticketgate doctor`: looks at everything this gateway rests on, and says what to do where it is not in order.
//!
//! Reads only. Where a gateway is running, it is asked; where none is, its files are looked at.

mod files;
mod running;
mod world;

use serde::Serialize;

use crate::cli::Global;
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::settings;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Grade {
    Ok,
    Warn,
    Fail,
}

/// One line of the report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Finding {
    grade: Grade,
    about: &'static str,
    words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Finding {
    fn ok(about: &'static str, words: impl Into<String>) -> Self {
        Self { grade: Grade::Ok, about, words: words.into(), advice: None }
    }

    fn warn(about: &'static str, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { grade: Grade::Warn, about, words: words.into(), advice: Some(advice.into()) }
    }

    fn fail(about: &'static str, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { grade: Grade::Fail, about, words: words.into(), advice: Some(advice.into()) }
    }
}

pub(crate) async fn run(global: &Global, output: Output) -> Result<Exit, Problem> {
    // Settings that cannot be read end the examination: everything else is about them.
    let mut loaded = settings::load(global.config.as_deref())?;
    if let Some(dir) = &global.data_dir {
        loaded.settings.data_dir.clone_from(dir);
    }
    let settings = &loaded.settings;
    let mut findings = vec![files::settings(&loaded)];
    findings.extend(files::data(settings).await);
    findings.extend(files::custody(settings).await);
    findings.push(world::manifests(settings));
    findings.extend(world::sites(settings).await);
    match running::find(settings).await {
        Ok(gateway) => findings.extend(gateway.examine().await),
        Err(left) => {
            findings.extend(left);
            findings.push(running::port(settings).await);
        }
    }
    output.show(&findings, |findings| findings.iter().map(line).collect())?;
    let worst = findings.iter().map(|finding| finding.grade).max().unwrap_or(Grade::Ok);
    Ok(if worst == Grade::Fail { Exit::Findings } else { Exit::Done })
}

fn line(finding: &Finding) -> String {
    let grade = match finding.grade {
        Grade::Ok => "ok",
        Grade::Warn => "warn",
        Grade::Fail => "FAIL",
    };
    let advice = finding
        .advice
        .as_ref()
        .map_or_else(String::new, |advice| format!("\n                   do: {advice}"));
    format!("{grade:<5}{:<14}{}{advice}\n", finding.about, finding.words)
}
