//! Who can log in, and changing it. An admin cannot shut themselves out, so that one always remains.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Client, Desk, Error, NewPerson, Skill, Workload};
use docket_core::id::{ClientId, PersonId};
use docket_core::person::{Person, Role, SkillKind};

use crate::doors::{Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::{Choice, Frame, Section};
use crate::say;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "people.html")]
pub struct PeopleView {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    /// Whose link was just made, and the link; shown this once.
    link: Option<(String, String)>,
    rows: Vec<Row>,
    roles: Vec<Choice>,
    clients: Vec<Choice>,
}

#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    email: String,
    role: String,
    client: Option<String>,
    since: Stamp,
    state: (String, &'static str),
    codes: bool,
    disabled: bool,
    /// Of who works on cases: what they are good at, as the field has it, and what they have on their hands.
    work: Option<(String, i64)>,
    roles: Vec<Choice>,
    clients: Vec<Choice>,
    /// Whether it is the person who looks.
    own: bool,
    links: Links,
}

#[derive(Debug)]
struct Links {
    reset: String,
    role: String,
    disable: String,
    enable: String,
    skills: String,
}

fn roles(chosen: Option<Role>) -> Vec<Choice> {
    let choice = |role: &Role| Choice::new(role.to_string(), show::title(role), chosen == Some(*role));
    Role::ALL.iter().map(choice).collect()
}

fn clients(all: &[Client], chosen: Option<ClientId>) -> Vec<Choice> {
    let none = Choice::new("", t("people-all"), chosen.is_none());
    let each = all
        .iter()
        .map(|c| Choice::new(c.id.to_string(), &c.name, chosen == Some(c.id)));
    std::iter::once(none).chain(each).collect()
}

/// Skills as people write them: `paypal, de, Acme GmbH`.
fn written(skills: &BTreeSet<Skill>, names: &HashMap<ClientId, String>) -> String {
    let word = |skill: &Skill| match skill.kind {
        SkillKind::Client => {
            let name = skill.value.parse().ok().and_then(|id| names.get(&id).cloned());
            name.unwrap_or_else(|| skill.value.clone())
        }
        SkillKind::Platform | SkillKind::Language => skill.value.clone(),
    };
    skills.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// What people wrote, as skills: a platform's word, a client's name, or a language's two letters.
fn read(text: &str, all: &[Client]) -> Vec<Skill> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let skill = |word: &str| {
        let lower = word.to_lowercase();
        let client = all.iter().find(|c| c.name.to_lowercase() == lower);
        if let Some(client) = client {
            return Skill {
                kind: SkillKind::Client,
                value: client.id.to_string(),
            };
        }
        let kind = if lower.len() == 2 {
            SkillKind::Language
        } else {
            SkillKind::Platform
        };
        Skill { kind, value: lower }
    };
    words.map(skill).collect()
}

/// What the page shows.
#[derive(Debug)]
pub struct Staff<'a> {
    pub people: &'a [Person],
    pub clients: &'a [Client],
    pub load: &'a Workload,
}

impl Row {
    fn of(viewer: &Viewer, person: &Person, staff: &Staff<'_>, now: DateTime<Utc>) -> Self {
        let state = match (person.disabled_at, person.has_password) {
            (Some(_), _) => (t("people-disabled").plain(), "bad"),
            (None, false) => (t("people-no-password").plain(), "warn"),
            (None, true) => (t("people-can").plain(), "good"),
        };
        let names: HashMap<ClientId, String> = staff.clients.iter().map(|c| (c.id, c.name.clone())).collect();
        let client = person.access.client();
        let work = staff.load.people.iter().find(|(p, ..)| p.id == person.id);
        Self {
            id: person.id.to_string(),
            name: person.name.clone(),
            email: person.email.clone(),
            role: show::words(person.access.role()),
            client: client.map(|id| names.get(&id).cloned().unwrap_or_else(|| id.to_string())),
            since: Stamp::of(person.created_at, now),
            state,
            codes: person.second_factor,
            disabled: person.disabled_at.is_some(),
            work: work.map(|(_, skills, open)| (written(skills, &names), *open)),
            roles: roles(Some(person.access.role())),
            clients: clients(staff.clients, client),
            own: person.id == viewer.person.id,
            links: Links {
                reset: urls::reset_person(person.id),
                role: urls::change_role(person.id),
                disable: urls::disable_person(person.id),
                enable: urls::enable_person(person.id),
                skills: urls::set_skills(person.id),
            },
        }
    }
}

impl PeopleView {
    pub fn of(viewer: &Viewer, staff: &Staff<'_>, now: DateTime<Utc>) -> Self {
        Self {
            frame: Frame::of(viewer, t("nav-people"), Section::People).dated(now),
            key: viewer.key.clone(),
            problem: None,
            link: None,
            rows: staff
                .people
                .iter()
                .map(|p| Row::of(viewer, p, staff, now))
                .collect(),
            roles: roles(Some(Role::Specialist)),
            clients: clients(staff.clients, None),
        }
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }

    pub fn linked(mut self, name: &str, link: String) -> Self {
        self.link = Some((name.to_owned(), link));
        self
    }
}

async fn view(desk: &Desk, viewer: &Viewer) -> Result<PeopleView, PageError> {
    let people = desk.people().await?;
    let clients = desk.clients(viewer.scope()).await?;
    let load = desk.workload(viewer.scope()).await?;
    let staff = Staff {
        people: &people,
        clients: &clients,
        load: &load,
    };
    Ok(PeopleView::of(viewer, &staff, desk.env.now()))
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer) -> PageResult {
    html(&view(&desk, &viewer).await?)
}

async fn answer(desk: &Desk, viewer: &Viewer, done: Result<(), Error>) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to(urls::PEOPLE).into_response()),
        Err(error) if error.is_ours() => Err(error.into()),
        Err(error) => again(
            StatusCode::UNPROCESSABLE_ENTITY,
            &view(desk, viewer).await?.with(say::error(&error)),
        ),
    }
}

async fn person_of(desk: &Desk, Path(id): &Path<String>) -> Result<Person, PageError> {
    let missing = || PageError::NotFound(t("people-missing").plain());
    let id: PersonId = id.parse().map_err(|_| missing())?;
    desk.people()
        .await?
        .into_iter()
        .find(|p| p.id == id)
        .ok_or_else(missing)
}

fn access(fields: &Fields) -> Result<(Role, Option<ClientId>), Error> {
    let role = fields
        .get("role")
        .parse()
        .map_err(|_| Error::Invalid(t("people-choose-role").into()))?;
    let client = Some(fields.get("client")).filter(|c| !c.is_empty());
    let client = client.map(str::parse).transpose();
    Ok((
        role,
        client.map_err(|_| Error::Invalid(t("choose-client").into()))?,
    ))
}

/// The link with which somebody chooses a password, shown this once.
async fn link(
    desk: &Desk,
    viewer: &Viewer,
    person: &Person,
    headers: &HeaderMap,
) -> Result<Response, PageError> {
    let path = urls::password(&desk.password_link(person.id).await?);
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("127.0.0.1");
    let address = match &desk.settings.public_url {
        Some(base) => format!("{}{path}", base.as_str().trim_end_matches('/')),
        // Without a public address the name of this request leads back here: the gate let no other through.
        None => format!("http://{host}{path}"),
    };
    again(
        StatusCode::OK,
        &view(desk, viewer).await?.linked(&person.name, address),
    )
}

/// Adds somebody; the page shows the link with which they choose a password.
pub async fn add(
    State(desk): State<Desk>,
    viewer: Viewer,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let added = match access(&fields) {
        Ok((role, client)) => {
            let new = NewPerson {
                name: fields.get("name").to_owned(),
                email: fields.get("email").to_owned(),
                role,
                client,
            };
            desk.add_person(&new).await
        }
        Err(error) => Err(error),
    };
    match added {
        Ok(person) => link(&desk, &viewer, &person, &headers).await,
        Err(error) => answer(&desk, &viewer, Err(error)).await,
    }
}

/// A link for a new password.
pub async fn reset(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let person = person_of(&desk, &id).await?;
    // Whoever holds an admin's session for a moment must not keep the account: their own is changed with the present password.
    if person.id == viewer.person.id {
        return Err(own().into());
    }
    if fields.get("codes") == "off" {
        desk.drop_factor(person.id).await?;
    }
    link(&desk, &viewer, &person, &headers).await
}

fn own() -> Error {
    Error::Invalid(t("people-own").into())
}

pub async fn role(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let person = person_of(&desk, &id).await?;
    let done = match access(&fields) {
        _ if person.id == viewer.person.id => Err(own()),
        Ok((role, client)) => desk.change_role(&person, role, client).await,
        Err(error) => Err(error),
    };
    answer(&desk, &viewer, done).await
}

pub async fn disable(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let person = person_of(&desk, &id).await?;
    let done = if person.id == viewer.person.id {
        Err(own())
    } else {
        desk.disable_person(person.id).await
    };
    answer(&desk, &viewer, done).await
}

pub async fn enable(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let person = person_of(&desk, &id).await?;
    let done = desk.enable_person(person.id).await;
    answer(&desk, &viewer, done).await
}

/// Says what somebody is good at.
pub async fn skills(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let person = person_of(&desk, &id).await?;
    let all = desk.clients(viewer.scope()).await?;
    let skills = read(fields.get("skills"), &all);
    let done = desk.set_skills(viewer.scope(), person.id, &skills).await;
    answer(&desk, &viewer, done).await
}
