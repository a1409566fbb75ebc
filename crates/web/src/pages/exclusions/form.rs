//! The form that proposes an exclusion: what was typed stays in it until it is taken.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use docket_app::{Client, Error, NewExclusion};
use docket_core::id::ClientId;
use docket_core::sla::{ExclusionCause, Span};
use docket_core::words::Platform;

use crate::doors::Fields;
use crate::locale;
use crate::pages::{CHOICES, Choice};
use crate::show;
use crate::texts::t;

/// What the form sends for every client.
const ALL: &str = "all";

/// What somebody typed to propose one.
#[derive(Debug, Default)]
pub struct Typed {
    clients: Vec<String>,
    cause: String,
    platforms: Vec<String>,
    from: String,
    to: String,
    evidence: String,
}

/// The form.
#[derive(Debug)]
pub(super) struct New {
    /// None of them where there are more than a list can offer: their names are typed.
    pub clients: Vec<Choice>,
    pub named: String,
    pub causes: Vec<Choice>,
    pub platforms: Vec<Choice>,
    pub from: String,
    pub to: String,
    pub evidence: String,
}

impl Typed {
    pub(super) fn of(fields: &Fields) -> Self {
        let all = |name: &'static str| fields.all(name).map(|value| value.trim().to_owned()).collect();
        let one = |name: &str| fields.get(name).trim().to_owned();
        Self {
            clients: all("client"),
            cause: one("cause"),
            platforms: all("platform"),
            from: one("from"),
            to: one("to"),
            evidence: one("evidence"),
        }
    }

    pub(super) fn form(&self, clients: &[Client], platforms: &[Platform]) -> New {
        let chosen = |value: &str| self.clients.iter().any(|typed| typed == value);
        let every = Choice::new(ALL, t("all-clients"), chosen(ALL));
        let each = clients.iter().map(|client| {
            let id = client.id.to_string();
            let chosen = chosen(&id);
            Choice::new(id, &client.name, chosen)
        });
        let offered = clients.len() <= CHOICES;
        New {
            clients: std::iter::once(every).chain(each).filter(|_| offered).collect(),
            named: self.clients.join(", "),
            causes: ExclusionCause::ALL
                .iter()
                .map(|cause| {
                    Choice::new(
                        cause.to_string(),
                        show::title(cause),
                        self.cause == cause.as_str(),
                    )
                })
                .collect(),
            platforms: platforms
                .iter()
                .map(|one| {
                    let chosen = self.platforms.iter().any(|typed| *typed == one.to_string());
                    Choice::new(one.to_string(), one.title(), chosen)
                })
                .collect(),
            from: self.from.clone(),
            to: self.to.clone(),
            evidence: self.evidence.clone(),
        }
    }

    /// What it proposes; of these clients, for which none named is a mistake and not all of them.
    pub(super) fn wish(
        &self,
        clients: &[Client],
        now: DateTime<Utc>,
        by: &str,
    ) -> Result<NewExclusion, Error> {
        let refuse = |why: &str| Error::Invalid(t(why).into());
        let named = self
            .clients
            .iter()
            .flat_map(|typed| typed.split(','))
            .map(str::trim);
        let named: Vec<&str> = named.filter(|name| !name.is_empty()).collect();
        let find = |name: &str| {
            let lower = name.to_lowercase();
            clients
                .iter()
                .find(|client| client.id.to_string() == name || client.name.to_lowercase() == lower)
                .map(|client| client.id)
                .ok_or_else(|| refuse("choose-client"))
        };
        let hit: Vec<ClientId> = match &named[..] {
            [] => return Err(refuse("exclusions-choose-clients")),
            names if names.contains(&ALL) => clients.iter().map(|client| client.id).collect(),
            names => names.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
        };
        let cause = self
            .cause
            .parse()
            .map_err(|_| refuse("exclusions-choose-cause"))?;
        let platforms: Result<BTreeSet<Platform>, _> =
            self.platforms.iter().map(|word| word.parse()).collect();
        let time = |text: &str| locale::of_field(text).ok_or_else(|| refuse("exclusions-time-wrong"));
        let span = Span::new(time(&self.from)?, time(&self.to)?).ok_or_else(|| refuse("exclusions-empty"))?;
        if span.to > now {
            return Err(refuse("exclusions-not-over"));
        }
        if self.evidence.is_empty() {
            return Err(refuse("exclusions-say-evidence"));
        }
        Ok(NewExclusion {
            clients: hit,
            cause,
            platforms: platforms.map_err(|_| refuse("exclusions-choose-platform"))?,
            span,
            evidence: self.evidence.clone(),
            by: by.to_owned(),
        })
    }
}
