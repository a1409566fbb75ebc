//! People who log in: who they are, and what they may see.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::id::{ClientId, PersonId, SessionId};
use crate::words::{Language, words};

words! {
    /// What a person is at the desk.
    Role, "role" {
        /// Everything, people and the audit log included.
        Admin = "admin",
        /// All cases of all clients, and the audit log.
        Lead = "lead",
        /// All cases of all clients.
        Specialist = "specialist",
        /// Reads everything and changes nothing.
        Auditor = "auditor",
        /// A client's own person: its cases and reports, nothing else.
        Client = "client",
    }
}

/// A role together with whose data it reaches: a client's person without a client cannot exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// See [`Role::Admin`].
    Admin,
    /// See [`Role::Lead`].
    Lead,
    /// See [`Role::Specialist`].
    Specialist,
    /// See [`Role::Auditor`].
    Auditor,
    /// See [`Role::Client`].
    Client(ClientId),
}

impl Access {
    /// A role with its client; none where one has a client that must not, or the other way round.
    pub const fn of(role: Role, client: Option<ClientId>) -> Option<Self> {
        match (role, client) {
            (Role::Admin, None) => Some(Self::Admin),
            (Role::Lead, None) => Some(Self::Lead),
            (Role::Specialist, None) => Some(Self::Specialist),
            (Role::Auditor, None) => Some(Self::Auditor),
            (Role::Client, Some(client)) => Some(Self::Client(client)),
            (Role::Admin | Role::Lead | Role::Specialist | Role::Auditor, Some(_)) | (Role::Client, None) => {
                None
            }
        }
    }

    /// The role.
    pub const fn role(self) -> Role {
        match self {
            Self::Admin => Role::Admin,
            Self::Lead => Role::Lead,
            Self::Specialist => Role::Specialist,
            Self::Auditor => Role::Auditor,
            Self::Client(_) => Role::Client,
        }
    }

    /// The client that it is bound to.
    pub const fn client(self) -> Option<ClientId> {
        match self {
            Self::Admin | Self::Lead | Self::Specialist | Self::Auditor => None,
            Self::Client(client) => Some(client),
        }
    }
}

/// In which language and time zone somebody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale {
    /// The language of texts, dates and amounts.
    pub language: Language,
    /// The time zone of instants.
    pub zone: Tz,
}

impl Default for Locale {
    fn default() -> Self {
        Self {
            language: Language::English,
            zone: Tz::UTC,
        }
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Our id.
    pub id: PersonId,
    /// Unique without regard to case and blanks, because histories name people.
    pub name: String,
    /// Their address, with which they log in; unique without regard to case.
    pub email: String,
    /// What they may see and do.
    pub access: Access,
    /// Whether they have chosen a password.
    pub has_password: bool,
    /// Whether a code of an authenticator app is asked of them.
    pub second_factor: bool,
    /// In which language and time zone they read.
    pub locale: Locale,
    /// Since when they cannot log in.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When they were added.
    pub created_at: DateTime<Utc>,
}

/// A device that somebody is logged in on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id for lists; the secret that the browser holds is another.
    pub id: SessionId,
    /// Who.
    pub person: PersonId,
    /// When they logged in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to about a minute.
    pub seen_at: DateTime<Utc>,
    /// The network address that it began from.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
}

/// A name as names are compared; see [`crate::four_eyes::same_person`].
pub fn name_key(name: &str) -> String {
    name.split_whitespace()
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join(" ")
}

/// An address as addresses are compared.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 12;
/// Longest password, in bytes: hashing more only costs time.
const PASSWORD_MAX: usize = 1_000;
/// What is tried first by whoever guesses, of those that are long enough.
const GUESSED: &[&str] = &[
    "password",
    "passwort",
    "qwerty",
    "qwertz",
    "letmein",
    "welcome",
    "iloveyou",
    "admin",
    "docket",
    "1234567890",
    "abcdefghij",
    "dispute",
];

/// Why a password is not taken, in words for who chose it.
pub fn password_problem(password: &str, name: &str, email: &str) -> Option<String> {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return Some(format!(
            "The password has {length} characters; it needs {PASSWORD_MIN} or more. A few words in a row are fine."
        ));
    }
    if password.len() > PASSWORD_MAX {
        return Some(format!("The password is longer than {PASSWORD_MAX} bytes."));
    }
    let plain = password.to_lowercase();
    let account = email_key(email);
    let local = account.split('@').next().unwrap_or_default();
    let known = [name_key(name), account.clone(), local.to_owned()];
    let known = known.iter().map(String::as_str).filter(|w| w.len() >= 4);
    // Taken out, what anybody would guess must leave enough behind.
    let left = known
        .chain(GUESSED.iter().copied())
        .fold(plain, |left, word| left.replace(word, ""));
    let mut different: Vec<char> = left.chars().filter(|c| !c.is_whitespace()).collect();
    different.sort_unstable();
    different.dedup();
    (different.len() < 5).then(|| {
        "This password is easy to guess. A few words that have nothing to do with each other are better."
            .to_owned()
    })
}

words! {
    /// What a skill is about.
    SkillKind, "skill" {
        /// A platform.
        Platform = "platform",
        /// A language, as two letters.
        Language = "language",
        /// A client.
        Client = "client",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_not_what_everybody_tries() {
        let problem = |text: &str| password_problem(text, "Mia Berg", "mia.berg@example.com");
        for fine in ["correct horse battery", "pale-river-lamp", "Дождь идёт весь день"] {
            assert_eq!(problem(fine), None, "{fine}");
        }
        assert!(problem("short").unwrap().contains("5 characters"));
        for guessed in [
            "aaaaaaaaaaaaaaaa",
            "Password1234567890",
            "mia.berg@example.com",
            "Mia Berg Mia Berg",
            "passwordpassword!!",
            "mia.berg2026",
        ] {
            assert!(
                problem(guessed).is_some_and(|p| p.contains("easy to guess")),
                "{guessed}"
            );
        }
        assert!(problem(&"ab cd ef gh ij".repeat(200)).is_some());
    }

    #[test]
    fn only_a_clients_person_has_a_client_and_always() {
        let client = ClientId(uuid::Uuid::max());
        for role in Role::ALL {
            let with = Access::of(*role, Some(client));
            let without = Access::of(*role, None);
            assert_eq!(with.is_some(), *role == Role::Client, "{role}");
            assert_eq!(without.is_some(), *role != Role::Client, "{role}");
            let access = with.or(without).unwrap();
            assert_eq!(
                (access.role(), access.client().is_some()),
                (*role, *role == Role::Client)
            );
        }
    }

    #[test]
    fn names_and_addresses_are_compared_without_case_and_blanks() {
        assert_eq!(name_key("  Mia   BERG "), "mia berg");
        assert_eq!(email_key(" Mia@Example.com "), "mia@example.com");
        assert!(crate::four_eyes::same_person("Mia  Berg", "mia berg"));
    }
}
