//! What only some people may let pass.

use docket_core::four_eyes::same_person;
use docket_core::person::Role;
use docket_core::sentence;

use crate::Desk;
use crate::error::{Error, Result};

/// A lead's word that a file or text may show what must not leave the house otherwise (card and identity numbers). Whoever
/// uses it keeps it in the case's history.
#[derive(Debug, Clone)]
pub struct Leave {
    why: String,
}

impl Leave {
    /// Why it may be shown.
    pub fn why(&self) -> &str {
        &self.why
    }
}

impl Desk {
    /// Takes a lead's word.
    ///
    /// # Errors
    /// When there is no reason, or `actor` is no lead and no admin of this desk who may log in.
    pub async fn leave(&self, why: &str, actor: &str) -> Result<Leave> {
        if why.trim().is_empty() {
            return Err(Error::Invalid(sentence!(
                "say why it may be shown; the reason is kept"
            )));
        }
        let people = self.people().await?;
        let may = |role: Role| matches!(role, Role::Admin | Role::Lead);
        let lead = people.iter().any(|person| {
            same_person(&person.name, actor) && person.disabled_at.is_none() && may(person.access.role())
        });
        if !lead {
            return Err(Error::Invalid(sentence!(
                "only a lead may let it pass, and {actor} is none here: black it out, or ask a lead, who gives `--by NAME` \
                 (`docket user list` shows them)",
                actor
            )));
        }
        Ok(Leave {
            why: why.trim().to_owned(),
        })
    }

    /// Takes the word of somebody who answers for the desk. As long as this desk knows nobody, names are believed as they are typed.
    ///
    /// # Errors
    /// When `actor` is no lead or admin here.
    pub(crate) async fn answers_for_the_desk(&self, actor: &str) -> Result<()> {
        let people = self.people().await?;
        let may = |role: Role| matches!(role, Role::Admin | Role::Lead);
        let lead = people.iter().any(|person| {
            same_person(&person.name, actor) && person.disabled_at.is_none() && may(person.access.role())
        });
        if lead || people.is_empty() {
            return Ok(());
        }
        Err(Error::Invalid(sentence!(
            "{actor} is no lead or admin of this desk (`docket user list` shows them), and only they may decide this",
            actor
        )))
    }

    /// Whoever wrote what a second person must approve has to be told apart from them, so that their names are those of people.
    /// As long as this desk knows nobody, names are believed as they are typed.
    ///
    /// # Errors
    /// When one of them is nobody here.
    pub(crate) async fn known_writers(&self, writers: &[String]) -> Result<()> {
        let people = self.people().await?;
        let known = |name: &String| people.iter().any(|person| same_person(&person.name, name));
        match writers.iter().find(|name| !known(name)) {
            Some(stranger) if !people.is_empty() => Err(Error::Invalid(sentence!(
                "{stranger} is nobody here, so that no second person can be told from who wrote this: write it under your own name \
                 (`--by NAME`; `docket user list` shows them); a draft of a name that is nobody’s is given up with `docket draft discard`",
                stranger
            ))),
            _ => Ok(()),
        }
    }

    /// Takes the word of a second person. As long as this desk knows nobody, names are believed as they are typed.
    ///
    /// # Errors
    /// When `actor` is nobody who works on cases here.
    pub(crate) async fn second_person(&self, actor: &str) -> Result<()> {
        let people = self.people().await?;
        let works = |role: Role| matches!(role, Role::Admin | Role::Lead | Role::Specialist);
        let known = people.iter().any(|person| {
            same_person(&person.name, actor) && person.disabled_at.is_none() && works(person.access.role())
        });
        if known || people.is_empty() {
            return Ok(());
        }
        Err(Error::Invalid(sentence!(
            "{actor} is nobody here who works on cases: whoever approves gives their own name with `--by NAME` \
             (`docket user list` shows them)",
            actor
        )))
    }
}
