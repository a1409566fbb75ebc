//! Who can log in, and changing it. An admin cannot shut themselves out, so that one always remains.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Client, Desk, Error, NewPerson, Skill, Workload};
use docket_core::id::{ClientId, PersonId};
use docket_core::person::{Person, Role, SkillKind};

use crate::doors::{Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::{Choice, Frame, Section, page_after};
use crate::query::{Pairs, place};
use crate::say;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// People of one page.
const PAGE: usize = 50;

/// Who there is, and adding somebody.
#[derive(Debug, Template)]
#[template(path = "people.html")]
pub struct PeopleView {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    rows: Vec<Row>,
    next: Option<String>,
    roles: Vec<Choice>,
    clients: Vec<Choice>,
}

/// One of them, and changing what they may.
#[derive(Debug, Template)]
#[template(path = "person.html")]
pub struct PersonView {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    /// A link for a new password that was just made; shown this once.
    link: Option<String>,
    row: Row,
    roles: Vec<Choice>,
    clients: Vec<Choice>,
    links: Links,
}

#[derive(Debug)]
struct Row {
    url: String,
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
    /// Whether it is the person who looks.
    own: bool,
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
fn written(skills: &BTreeSet<Skill>, all: &[Client]) -> String {
    let word = |skill: &Skill| match skill.kind {
        SkillKind::Client => {
            let id: Option<ClientId> = skill.value.parse().ok();
            let client = all.iter().find(|client| Some(client.id) == id);
            client.map_or_else(|| skill.value.clone(), |client| client.name.clone())
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

/// What the pages show.
#[derive(Debug, Clone, Copy)]
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
        let client = person.access.client();
        let named = |id: ClientId| staff.clients.iter().find(|c| c.id == id);
        let work = staff.load.people.iter().find(|(p, ..)| p.id == person.id);
        Self {
            url: urls::person(person.id),
            name: person.name.clone(),
            email: person.email.clone(),
            role: show::words(person.access.role()),
            client: client.map(|id| named(id).map_or_else(|| id.to_string(), |c| c.name.clone())),
            since: Stamp::of(person.created_at, now),
            state,
            codes: person.second_factor,
            disabled: person.disabled_at.is_some(),
            work: work.map(|(_, skills, open)| (written(skills, staff.clients), *open)),
            own: person.id == viewer.person.id,
        }
    }
}

impl PeopleView {
    pub fn of(viewer: &Viewer, staff: &Staff<'_>, after: Option<PersonId>, now: DateTime<Utc>) -> Self {
        let (page, next) = page_after(staff.people, after.as_ref(), PAGE, |p| p.id);
        Self {
            frame: Frame::of(viewer, t("nav-people"), Section::People).dated(now),
            key: viewer.key.clone(),
            problem: None,
            rows: page.iter().map(|p| Row::of(viewer, p, staff, now)).collect(),
            next: next.map(urls::people),
            roles: roles(Some(Role::Specialist)),
            clients: clients(staff.clients, None),
        }
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }
}

impl PersonView {
    pub fn of(viewer: &Viewer, person: &Person, staff: &Staff<'_>, now: DateTime<Utc>) -> Self {
        Self {
            frame: Frame::of(viewer, &person.name, Section::People).dated(now),
            key: viewer.key.clone(),
            problem: None,
            link: None,
            row: Row::of(viewer, person, staff, now),
            roles: roles(Some(person.access.role())),
            clients: clients(staff.clients, person.access.client()),
            links: Links {
                reset: urls::reset_person(person.id),
                role: urls::change_role(person.id),
                disable: urls::disable_person(person.id),
                enable: urls::enable_person(person.id),
                skills: urls::set_skills(person.id),
            },
        }
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }

    pub fn linked(mut self, link: String) -> Self {
        self.link = Some(link);
        self
    }
}

async fn list(desk: &Desk, viewer: &Viewer, after: Option<PersonId>) -> Result<PeopleView, PageError> {
    let staff = Staff {
        people: &desk.people().await?,
        clients: &desk.clients(viewer.scope()).await?,
        load: &desk.workload(viewer.scope()).await?,
    };
    Ok(PeopleView::of(viewer, &staff, after, desk.env.now()))
}

async fn view(desk: &Desk, viewer: &Viewer, id: PersonId) -> Result<PersonView, PageError> {
    let people = desk.people().await?;
    let staff = Staff {
        people: &people,
        clients: &desk.clients(viewer.scope()).await?,
        load: &desk.workload(viewer.scope()).await?,
    };
    let person = people.iter().find(|p| p.id == id);
    let person = person.ok_or_else(|| PageError::NotFound(t("people-missing").plain()))?;
    Ok(PersonView::of(viewer, person, &staff, desk.env.now()))
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let after = place(&pairs, "after")?;
    html(&list(&desk, &viewer, after).await?)
}

/// One of them.
pub async fn one(State(desk): State<Desk>, viewer: Viewer, id: Path<String>) -> PageResult {
    let person = person_of(&desk, &id).await?;
    html(&view(&desk, &viewer, person.id).await?)
}

async fn answer(
    desk: &Desk,
    viewer: &Viewer,
    person: PersonId,
    done: Result<(), Error>,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to(&urls::person(person)).into_response()),
        Err(error) if error.is_ours() => Err(error.into()),
        Err(error) => again(
            StatusCode::UNPROCESSABLE_ENTITY,
            &view(desk, viewer, person).await?.with(say::error(&error)),
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

/// The role and the client of a form: a client by its id, or where there are many by its name.
fn access(fields: &Fields, all: &[Client]) -> Result<(Role, Option<ClientId>), Error> {
    let role = fields
        .get("role")
        .parse()
        .map_err(|_| Error::Invalid(t("people-choose-role").into()))?;
    let client = match fields.get("client").trim() {
        "" => None,
        wanted => {
            let name = wanted.to_lowercase();
            let fits = |c: &&Client| c.id.to_string() == wanted || c.name.to_lowercase() == name;
            let found = all.iter().find(fits).map(|c| c.id);
            Some(found.ok_or_else(|| Error::Invalid(t("choose-client").into()))?)
        }
    };
    Ok((role, client))
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
        &view(desk, viewer, person.id).await?.linked(address),
    )
}

/// Adds somebody; the page shows the link with which they choose a password.
pub async fn add(
    State(desk): State<Desk>,
    viewer: Viewer,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let all = desk.clients(viewer.scope()).await?;
    let added = match access(&fields, &all) {
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
        Err(error) if error.is_ours() => Err(error.into()),
        Err(error) => again(
            StatusCode::UNPROCESSABLE_ENTITY,
            &list(&desk, &viewer, None).await?.with(say::error(&error)),
        ),
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
    let all = desk.clients(viewer.scope()).await?;
    let done = match access(&fields, &all) {
        _ if person.id == viewer.person.id => Err(own()),
        Ok((role, client)) => desk.change_role(&person, role, client).await,
        Err(error) => Err(error),
    };
    answer(&desk, &viewer, person.id, done).await
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
    answer(&desk, &viewer, person.id, done).await
}

pub async fn enable(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let person = person_of(&desk, &id).await?;
    let done = desk.enable_person(person.id).await;
    answer(&desk, &viewer, person.id, done).await
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
    answer(&desk, &viewer, person.id, done).await
}
