//! One line of a template: what it is, which facts it needs, and whether it works.

use std::collections::BTreeMap;

use docket_core::words::Language;
use minijinja::{Environment, UndefinedBehavior};

use super::super::facts::{Facts, NAMES};
use super::BadTemplate;

#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) kind: Kind,
    /// Facts that must be there for it to be used at all.
    pub(super) conditions: Vec<String>,
    /// Facts that it speaks of.
    pub(super) facts: Vec<String>,
    pub(super) source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Blank,
    Heading,
    Partial,
    Quote,
    Sentence,
}

/// An undefined value is an error everywhere: nothing is ever silently empty.
pub(super) fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine
}

/// Reads a file and tries each of its sentences.
pub(super) fn parse(
    file: &str,
    text: &str,
    sources: &BTreeMap<String, String>,
) -> Result<Vec<Line>, BadTemplate> {
    let language: Language = file
        .split('/')
        .next()
        .unwrap_or_default()
        .parse()
        .map_err(|_| BadTemplate {
            file: file.to_owned(),
            line: 0,
            why: "it is in no folder of a language; use en, nl, sv or de".to_owned(),
        })?;
    let mut lines = Vec::new();
    for (number, raw) in (1..).zip(text.lines()) {
        let bad = |why: String| BadTemplate {
            file: file.to_owned(),
            line: number,
            why,
        };
        if raw.starts_with('#') {
            continue;
        }
        let line = line_of(raw.trim()).map_err(bad)?;
        match line.kind {
            Kind::Blank => {}
            Kind::Partial => {
                let general = format!("{language}/{}.txt", line.source);
                if !sources.contains_key(&general) || file.ends_with(&format!("/{}.txt", line.source)) {
                    return Err(bad(format!("there is no `{general}` to take lines from")));
                }
            }
            Kind::Heading | Kind::Quote | Kind::Sentence => attempt(&line, language).map_err(bad)?,
        }
        lines.push(line);
    }
    Ok(lines)
}

fn line_of(text: &str) -> Result<Line, String> {
    let (conditions, text) = match text.strip_prefix('[') {
        Some(rest) => {
            let (inside, rest) = rest
                .split_once(']')
                .ok_or("`[` opens conditions, but no `]` closes them")?;
            let names = inside.split(',').map(|name| name.trim().to_owned()).collect();
            (names, rest.trim())
        }
        None => (Vec::new(), text),
    };
    let (kind, source) = match text.split_once(' ') {
        Some(("=", rest)) => (Kind::Heading, rest),
        Some((">", rest)) => (Kind::Partial, rest),
        Some(("\"", rest)) => (Kind::Quote, rest),
        _ if text.is_empty() => (Kind::Blank, text),
        _ => (Kind::Sentence, text),
    };
    let facts = match kind {
        Kind::Blank | Kind::Partial => Vec::new(),
        Kind::Heading | Kind::Quote | Kind::Sentence => {
            let engine = engine();
            let template = engine
                .template_from_named_str("sentence", source)
                .map_err(|error| told(&error))?;
            let mut facts: Vec<String> = template.undeclared_variables(true).into_iter().collect();
            facts.sort();
            facts
        }
    };
    for fact in conditions.iter().chain(&facts) {
        known(fact)?;
    }
    Ok(Line {
        kind,
        conditions,
        facts,
        source: source.trim().to_owned(),
    })
}

fn known(fact: &str) -> Result<(), String> {
    let (group, name) = fact.split_once('.').unwrap_or((fact, ""));
    let names = NAMES
        .iter()
        .find(|(known, _)| *known == group)
        .map(|(_, names)| *names);
    match names {
        Some(names) if names.contains(&name) => Ok(()),
        None if group == "exhibit" && !name.is_empty() => Ok(()),
        Some(names) => Err(format!(
            "there is no fact `{fact}`; `{group}` has: {}",
            names.join(", ")
        )),
        None => {
            let groups: Vec<&str> = NAMES.iter().map(|(group, _)| *group).collect();
            Err(format!(
                "there is no fact `{fact}`; facts are of: {}, exhibit",
                groups.join(", ")
            ))
        }
    }
}

/// Renders the sentence with every fact made up: filters, lists and all that only shows when it runs.
fn attempt(line: &Line, language: Language) -> Result<(), String> {
    let mut facts = Facts::made_up(language);
    for kind in line.facts.iter().filter_map(|fact| fact.strip_prefix("exhibit.")) {
        facts.pretend(kind);
    }
    match engine().render_named_str("sentence", &line.source, facts.value()) {
        Ok(_) => Ok(()),
        Err(error) => Err(told(&error)),
    }
}

pub(super) fn told(error: &minijinja::Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}
