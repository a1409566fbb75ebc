//! Sentences of the house in the language of the request. Their English is their own; the others stand in
//! `config/pages/{nl,sv,de}/sentences.ftl` under the name of it. What has no text there are words of others, and stays as it is.

use docket_app::{Error, PlatformError, Problem, StoreError};
use docket_core::person::Locale;
use docket_core::sentence::{Part, Sentence, name};
use docket_core::words::Language;
use fluent_bundle::FluentValue;

use crate::locale;
use crate::show;
use crate::texts::{sentence, t};

/// A sentence, its places as the reader writes them.
pub fn say(said: &Sentence) -> String {
    if locale::present().language == Language::English {
        return show::quoted(&said.filled(shown));
    }
    let values = said
        .parts()
        .iter()
        .map(|(place, part)| (place.clone(), value(part)));
    sentence(&name(said.english()), values).unwrap_or_else(|| show::quoted(&said.filled(shown)))
}

/// A sentence as somebody reads it who is not here: in a mail.
pub fn said(reader: Locale, said: &Sentence) -> String {
    locale::within(reader, || say(said))
}

/// Each of several.
pub fn say_all(said: &[Sentence]) -> Vec<String> {
    said.iter().map(say).collect()
}

fn shown(part: &Part) -> String {
    match part {
        Part::Text(text) => text.clone(),
        Part::Number(n) => n.to_string(),
        Part::Percent(share) => show::digits(&share.to_string()),
        Part::Money(amount) => show::money(*amount),
        Part::Size(size) => show::digits(&size.to_string()),
        Part::At(at) => show::minute(*at),
        Part::Day(day) => show::day(*day),
        Part::Word(word) => show::words(word),
        Part::Sentence(said) => say(said),
        Part::List(parts) => parts.iter().map(shown).collect::<Vec<_>>().join(", "),
    }
}

/// A number stays one, so that a text may go by it.
fn value(part: &Part) -> FluentValue<'static> {
    match part {
        Part::Number(n) => (*n).into(),
        other => shown(other).into(),
    }
}

/// Why something was not done.
pub fn error(error: &Error) -> String {
    match error {
        Error::NotFound(why) | Error::Invalid(why) | Error::Stale(why) => say(why),
        Error::Refused(why) => say(&why.sentence()),
        Error::Problems(problems) => {
            let all: Vec<String> = problems.iter().map(problem).collect();
            t("problem-refused").with("problems", all.join("\n")).plain()
        }
        Error::Platform(why) => platform(why),
        Error::Mail(why) => t("problem-mail").with("why", why).plain(),
        Error::Hook(why) => t("problem-hook").with("why", why).plain(),
        Error::Store(StoreError::Conflict(_)) => t("problem-conflict").plain(),
        Error::Store(StoreError::Taken(_)) => t("problem-taken").plain(),
        Error::Store(_) => t("problem-database").plain(),
    }
}

/// What the platform would refuse, with what to do about it.
pub fn problem(problem: &Problem) -> String {
    format!("{}; {}", say(&problem.what), say(&problem.todo))
}

/// A text that was kept as its English: a sentence of ours in the reader's language, alone or in an error of a platform, with
/// its code behind. Anything else stays as it is.
pub fn kept(text: &str) -> String {
    // As `docket_connector::Error` prints itself.
    const BEGIN: [(&str, &str); 7] = [
        ("not permitted: ", "problem-platform-denied"),
        ("unexpected answer: ", "problem-platform-form"),
        ("not found: ", "problem-platform-none"),
        ("not supported: ", "problem-platform-cannot"),
        ("the answer is unknown: ", "problem-platform-unknown"),
        ("refused by the platform: ", "problem-platform-refused"),
        ("try again", "problem-platform-later"),
    ];
    if locale::present().language == Language::English {
        return say(&text.to_owned().into());
    }
    let known = |text: &str| sentence(&name(text), std::iter::empty());
    let coded = |text: &str| {
        let (head, code) = text.rsplit_once(" (").filter(|(_, code)| code.ends_with(')'))?;
        let code = code.trim_end_matches(')');
        let code = known(code).unwrap_or_else(|| show::quoted(code));
        Some(format!("{} ({code})", known(head)?))
    };
    let said = |text: &str| known(text).or_else(|| coded(text));
    let around = || {
        let (rest, id) = BEGIN
            .iter()
            .find_map(|(begin, id)| Some((text.strip_prefix(begin)?, id)))?;
        // `try again in 30 s: why`.
        let why = match text.starts_with("try again") {
            true => rest.split_once(": ")?.1,
            false => rest,
        };
        let why = said(why).unwrap_or_else(|| show::quoted(why));
        Some(t(id).with("why", why).plain())
    };
    said(text).or_else(around).unwrap_or_else(|| show::quoted(text))
}

/// What is ours to say of it; behind it stands what the platform said.
fn platform(error: &PlatformError) -> String {
    let (id, why) = match error {
        PlatformError::Retry { why, .. } => ("problem-platform-later", why),
        PlatformError::OutcomeUnknown { why, .. } => ("problem-platform-unknown", why),
        PlatformError::Rejected { message, .. } => ("problem-platform-refused", message),
        PlatformError::Auth { message, .. } => ("problem-platform-denied", message),
        PlatformError::NotFound { message } => ("problem-platform-none", message),
        PlatformError::Contract { what } => ("problem-platform-form", what),
        PlatformError::Unsupported(what) => ("problem-platform-cannot", what),
    };
    t(id).with("why", say(&why.clone().into())).plain()
}

#[cfg(test)]
mod tests;
