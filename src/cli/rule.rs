//! `cyclint rule`.

use anyhow::bail;
use serde::Serialize;

use super::OK;
use super::args::{RuleArgs, RuleFormat};
use super::terminal::Terminal;
use crate::rules::registry::{RULES, Rule, closest_rule};

/// A rule for programs. Frozen, as the findings are.
#[derive(Serialize)]
struct JsonRule {
    code: &'static str,
    name: &'static str,
    summary: &'static str,
    severity: String,
    verdict: Option<String>,
    since: &'static str,
    fix: &'static str,
    explanation: &'static str,
    url: String,
}

/// Runs the command.
pub(super) fn run(args: &RuleArgs, terminal: &Terminal) -> anyhow::Result<u8> {
    let text = match (&args.rule, args.output_format) {
        (Some(name), RuleFormat::Text) => page(find(name)?),
        (Some(name), RuleFormat::Json) => json(&JsonRule::new(find(name)?))?,
        (None, RuleFormat::Text) => RULES.iter().map(page).collect::<Vec<_>>().join("\n"),
        (None, RuleFormat::Json) => json(&RULES.iter().map(JsonRule::new).collect::<Vec<_>>())?,
    };
    terminal.write_stdout(text.as_bytes())?;
    Ok(OK)
}

fn find(name: &str) -> anyhow::Result<&'static Rule> {
    if let Some(rule) = Rule::find(name).or_else(|| Rule::by_code(&name.to_uppercase())) {
        return Ok(rule);
    }
    match closest_rule(name) {
        Some(meant) => bail!("there is no rule `{name}`: did you mean `{meant}`?"),
        None => bail!("there is no rule `{name}`: `cyclint rule --all` lists them"),
    }
}

fn page(rule: &Rule) -> String {
    format!("# {} ({})\n\n{}", rule.name, rule.code, rule.page().body)
}

fn json(value: &impl Serialize) -> anyhow::Result<String> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}

impl JsonRule {
    fn new(rule: &'static Rule) -> Self {
        let page = rule.page();
        Self {
            code: rule.code,
            name: rule.name,
            summary: rule.summary,
            severity: format!("{:?}", rule.severity).to_lowercase(),
            verdict: rule.verdict.map(|it| format!("{it:?}").to_lowercase()),
            since: page.front_matter("since").unwrap_or_default(),
            fix: page.front_matter("fix").unwrap_or_default(),
            explanation: page.body,
            url: rule.url(),
        }
    }
}
