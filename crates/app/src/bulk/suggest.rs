//! To whom a case could go: what people are good at, and what they have on their hands. A suggestion, never a lock.

use docket_core::sentence;
use docket_core::sentence::Sentence;
use std::collections::{BTreeMap, BTreeSet};

use docket_core::case::Case;
use docket_core::id::{ClientId, PersonId};
use docket_core::person::{Person, Role, SkillKind};
use docket_core::words::Turn;
use docket_store::{CaseFilter, ClientScope, UnitOfWork};
use unic_langid::LanguageIdentifier;

use crate::Desk;
use crate::error::{Error, Result};

/// Something that a person is good at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skill {
    /// What it is about.
    pub kind: SkillKind,
    /// A platform's word, a language's code, or a client's id.
    pub value: String,
}

/// Who works on cases, with how many open cases that wait for us each has.
#[derive(Debug, Clone, Default)]
pub struct Workload {
    /// By name.
    pub people: Vec<(Person, BTreeSet<Skill>, i64)>,
}

/// Whether a person works on cases and can log in.
pub fn works(person: &Person) -> bool {
    let role = matches!(person.access.role(), Role::Admin | Role::Lead | Role::Specialist);
    role && person.disabled_at.is_none()
}

impl Workload {
    /// To whom a case could go, and why; they have one more then. `country`: where its goods went, ISO 3166.
    pub fn give(&mut self, case: &Case, country: Option<&str>) -> Option<(String, Sentence)> {
        let language = country.and_then(language_of);
        let fit = |skills: &BTreeSet<Skill>| {
            let has = |kind, value: String| skills.contains(&Skill { kind, value });
            (
                has(SkillKind::Client, case.client.to_string()),
                language.clone().filter(|l| has(SkillKind::Language, l.clone())),
                has(SkillKind::Platform, case.platform.to_string()),
            )
        };
        // Specialists first: leads and admins are asked where there is nobody else.
        let rank = |(person, skills, load): &&mut (Person, BTreeSet<Skill>, i64)| {
            let (client, language, platform) = fit(skills);
            (
                person.access.role() != Role::Specialist,
                !client,
                language.is_none(),
                !platform,
                *load,
                person.name.clone(),
            )
        };
        let best = self.people.iter_mut().min_by_key(rank)?;
        let open = best.2;
        let why = match fit(&best.1) {
            (true, ..) => sentence!("knows this client, has {open} open", open),
            (false, Some(language), _) => {
                sentence!(
                    "reads the buyer's language ({language}), has {open} open",
                    language,
                    open
                )
            }
            (false, None, true) => {
                sentence!(
                    "knows {platform}, has {open} open",
                    platform = case.platform.title(),
                    open
                )
            }
            (false, None, false) => sentence!("has {open} open", open),
        };
        best.2 += 1;
        Some((best.0.name.clone(), why))
    }
}

/// The language that most people of a country read, two letters of ISO 639, by CLDR's likely subtags; none where those name
/// none.
fn language_of(country: &str) -> Option<String> {
    let mut place: LanguageIdentifier = format!("und-{country}").parse().ok()?;
    place.maximize();
    (!place.language.is_empty()).then(|| place.language.as_str().to_owned())
}

impl Desk {
    /// Who works on cases, with their skills and what they have on their hands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn workload(&self, scope: ClientScope) -> Result<Workload> {
        let loads: BTreeMap<String, i64> = self.db.loads(scope).await?.into_iter().collect();
        let mut skills: BTreeMap<PersonId, BTreeSet<Skill>> = BTreeMap::new();
        for (person, kind, value) in self.db.skills().await? {
            skills.entry(person).or_default().insert(Skill { kind, value });
        }
        let people = self.db.people().await?.into_iter().filter(works);
        let with = |person: Person| {
            let load = loads.get(&person.name).copied().unwrap_or(0);
            let own = skills.remove(&person.id).unwrap_or_default();
            (person, own, load)
        };
        Ok(Workload {
            people: people.map(with).collect(),
        })
    }

    /// Whether somebody has open cases that wait for us and are not put aside.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_cases(&self, scope: ClientScope, name: &str) -> Result<bool> {
        let filter = CaseFilter {
            assignee: Some(name.to_owned()),
            turn: Some(Turn::Ours),
            open_only: true,
            awake_at: Some(self.env.now()),
            ..CaseFilter::default()
        };
        Ok(!self.db.cases(scope, &filter, None, 1).await?.is_empty())
    }

    /// Names of who works on cases.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn workers(&self) -> Result<Vec<String>> {
        let people = self.db.people().await?.into_iter().filter(works);
        Ok(people.map(|person| person.name).collect())
    }

    /// Says what a person is good at, instead of what was said before.
    ///
    /// # Errors
    /// When a platform, client or language is none.
    pub async fn set_skills(&self, scope: ClientScope, person: PersonId, skills: &[Skill]) -> Result<()> {
        let clients = self.db.clients(scope).await?;
        for skill in skills {
            let known = match skill.kind {
                // Of those that this program speaks with: any word may be a platform's.
                SkillKind::Platform => self.connectors.platforms().any(|p| p.as_str() == skill.value),
                SkillKind::Language => {
                    let letters = skill.value.chars().all(|c| c.is_ascii_lowercase());
                    letters && skill.value.len() == 2
                }
                SkillKind::Client => skill
                    .value
                    .parse::<ClientId>()
                    .is_ok_and(|id| clients.iter().any(|c| c.id == id)),
            };
            if !known {
                return Err(Error::Invalid(sentence!(
                    "`{value}` is no {kind}; languages are two letters such as de",
                    value = &skill.value,
                    kind = skill.kind
                )));
            }
        }
        let rows: BTreeSet<(SkillKind, &str)> = skills.iter().map(|s| (s.kind, s.value.as_str())).collect();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.set_skills(person, &rows.into_iter().collect::<Vec<_>>())
            .await?;
        Ok(unit.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::language_of;

    #[test]
    fn a_country_has_the_language_that_most_read_there() {
        for (country, language) in [
            ("SE", "sv"),
            ("NL", "nl"),
            ("AT", "de"),
            ("GB", "en"),
            ("FR", "fr"),
        ] {
            assert_eq!(language_of(country).as_deref(), Some(language), "{country}");
        }
        for none in ["", "unknown", "several"] {
            assert_eq!(language_of(none), None, "{none}");
        }
    }
}
