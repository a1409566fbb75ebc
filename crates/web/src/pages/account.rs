//! A person's own page: password, devices, authenticator app, tokens of their programs.

mod picture;
pub mod tokens;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Desk, Error, FactorSetUp, PasswordRefused, StepRefused};
use docket_core::id::SessionId;
use docket_core::person::{Locale, PASSWORD_MIN, Session};
use docket_core::words::Language;

use self::picture::Picture;
use crate::doors::{Caller, Fields, FormKey, Theme, Viewer};
use crate::error::{PageError, again};
use crate::locale;
use crate::pages::{Choice, Frame, Section};
use crate::say::say;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub struct AccountView {
    frame: Frame,
    key: FormKey,
    name: String,
    email: String,
    role: String,
    problem: Option<String>,
    devices: Vec<Device>,
    shortest: usize,
    codes: Codes,
    /// Recovery codes that were just made.
    recovery: Vec<String>,
    languages: Vec<Choice>,
    themes: Vec<Choice>,
    tokens: tokens::Tokens,
    links: Links,
}

#[derive(Debug)]
struct Links {
    theme: &'static str,
    locale: &'static str,
    password: &'static str,
    begin: &'static str,
    confirm: &'static str,
    off: &'static str,
    make_token: &'static str,
}

/// Where the authenticator app stands.
#[derive(Debug)]
enum Codes {
    Off,
    Begun {
        set_up: FactorSetUp,
        picture: Option<Picture>,
    },
    /// With so many recovery codes left.
    On(i64),
}

#[derive(Debug)]
struct Device {
    agent: String,
    address: String,
    since: Stamp,
    seen: Stamp,
    /// Ends it; none for the one that looks.
    end: Option<String>,
}

impl AccountView {
    pub fn of(
        viewer: &Viewer,
        devices: &[Session],
        (set_up, left): (Option<FactorSetUp>, i64),
        now: DateTime<Utc>,
    ) -> Self {
        let person = &viewer.person;
        let codes = match set_up {
            _ if person.second_factor => Codes::On(left),
            Some(set_up) => Codes::Begun {
                picture: Picture::of(&set_up.url),
                set_up,
            },
            None => Codes::Off,
        };
        let device = |s: &Session| Device {
            agent: if s.agent.trim().is_empty() {
                t("account-unnamed").plain()
            } else {
                s.agent.clone()
            },
            address: s.address.clone(),
            since: Stamp::of(s.created_at, now),
            seen: Stamp::of(s.seen_at, now),
            end: (s.id != viewer.session.id).then(|| urls::end_session(s.id)),
        };
        Self {
            frame: Frame::of(viewer, t("account-title"), Section::Account).dated(now),
            key: viewer.key.clone(),
            name: person.name.clone(),
            email: person.email.clone(),
            role: show::words(person.access.role()),
            problem: None,
            devices: devices.iter().map(device).collect(),
            shortest: PASSWORD_MIN,
            codes,
            recovery: Vec::new(),
            languages: Language::ALL
                .iter()
                .map(|l| Choice::new(l.as_str(), locale::name(*l), *l == viewer.person.locale.language))
                .collect(),
            themes: Theme::ALL
                .iter()
                .map(|t| Choice::new(t.word(), theme_name(*t), *t == viewer.theme))
                .collect(),
            tokens: tokens::Tokens::of(viewer, &[], now),
            links: Links {
                theme: urls::THEME,
                locale: urls::ACCOUNT_LOCALE,
                password: urls::ACCOUNT_PASSWORD,
                begin: urls::CODES_BEGIN,
                confirm: urls::CODES_CONFIRM,
                off: urls::CODES_OFF,
                make_token: urls::ACCOUNT_TOKENS,
            },
        }
    }

    /// With recovery codes that were just made.
    pub fn recovering(mut self, codes: Vec<String>) -> Self {
        self.recovery = codes;
        self
    }

    /// With the tokens of their programs.
    pub fn holding(mut self, tokens: tokens::Tokens) -> Self {
        self.tokens = tokens;
        self
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }
}

async fn view(desk: &Desk, viewer: &Viewer) -> Result<AccountView, PageError> {
    let devices = desk.sessions_of(viewer.person.id).await?;
    let set_up = desk.factor_set_up(&viewer.person).await?;
    let left = desk.recovery_codes(viewer.person.id).await?;
    let now = desk.env.now();
    let tokens = tokens::Tokens::of(viewer, &desk.tokens(Some(viewer.person.id)).await?, now);
    Ok(AccountView::of(viewer, &devices, (set_up, left), now).holding(tokens))
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer) -> Result<Response, PageError> {
    again(StatusCode::OK, &view(&desk, &viewer).await?)
}

fn done() -> Response {
    Redirect::to(urls::ACCOUNT).into_response()
}

async fn problem(desk: &Desk, viewer: &Viewer, text: String) -> Result<Response, PageError> {
    let page = view(desk, viewer).await?.with(text);
    again(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn answer(
    desk: &Desk,
    viewer: &Viewer,
    result: Result<(), PasswordRefused>,
) -> Result<Response, PageError> {
    match result {
        Ok(()) => Ok(done()),
        Err(PasswordRefused::TooOften(until)) => {
            let text = t("account-too-often").with("at", show::minute(until)).plain();
            problem(desk, viewer, text).await
        }
        Err(PasswordRefused::Other(error)) => Err(error.into()),
        Err(PasswordRefused::NotYours) => problem(desk, viewer, t("account-not-yours").plain()).await,
        Err(PasswordRefused::Problem(text)) => problem(desk, viewer, text).await,
    }
}

pub async fn change_password(
    State(desk): State<Desk>,
    viewer: Viewer,
    fields: Fields,
) -> Result<Response, PageError> {
    if fields.get("password") != fields.get("repeated") {
        return problem(&desk, &viewer, t("account-differ").plain()).await;
    }
    let (present, new) = (
        fields.get("present").to_owned().into(),
        fields.get("password").to_owned().into(),
    );
    let who = (viewer.person.id, viewer.session.id);
    let changed = desk.change_password(who, &present, &new, &viewer.from).await;
    answer(&desk, &viewer, changed).await
}

pub async fn end_session(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(t("account-no-device").plain());
    let id: SessionId = id.parse().map_err(|_| missing())?;
    if desk.end_session(id, viewer.person.id).await? {
        Ok(done())
    } else {
        Err(missing())
    }
}

pub async fn begin_codes(State(desk): State<Desk>, viewer: Viewer) -> Result<Response, PageError> {
    match desk.begin_factor(&viewer.person).await {
        Ok(_) => Ok(done()),
        Err(Error::Invalid(text)) => problem(&desk, &viewer, say(&text)).await,
        Err(error) => Err(error.into()),
    }
}

pub async fn confirm_codes(
    State(desk): State<Desk>,
    viewer: Viewer,
    fields: Fields,
) -> Result<Response, PageError> {
    match desk.confirm_factor(viewer.person.id, fields.get("code")).await {
        // Shown in the answer itself, because they can be shown once only.
        Ok(recovery) => {
            let mut on = viewer.clone();
            on.person.second_factor = true;
            again(StatusCode::OK, &view(&desk, &on).await?.recovering(recovery))
        }
        Err(StepRefused::Other(error)) => Err(error.into()),
        Err(refused @ (StepRefused::Code | StepRefused::NothingBegun)) => {
            problem(&desk, &viewer, refused.to_string()).await
        }
    }
}

pub async fn codes_off(
    State(desk): State<Desk>,
    viewer: Viewer,
    fields: Fields,
) -> Result<Response, PageError> {
    let password = fields.get("password").to_owned().into();
    let off = desk
        .turn_factor_off(viewer.person.id, &password, &viewer.from)
        .await;
    answer(&desk, &viewer, off).await
}

fn theme_name(theme: Theme) -> String {
    t(match theme {
        Theme::System => "account-theme-system",
        Theme::Light => "account-theme-light",
        Theme::Dark => "account-theme-dark",
    })
    .plain()
}

/// Keeps in which language and time zone a person reads.
pub async fn choose_locale(
    State(desk): State<Desk>,
    viewer: Viewer,
    fields: Fields,
) -> Result<Response, PageError> {
    let language = fields.get("language").parse();
    let language = language
        .map_err(|error: docket_core::words::UnknownWord| PageError::BadRequest(vec![error.to_string()]))?;
    let Ok(zone) = fields.get("zone").trim().parse() else {
        return problem(&desk, &viewer, t("account-no-zone").plain()).await;
    };
    desk.set_locale(viewer.person.id, Locale { language, zone })
        .await?;
    Ok(done())
}

/// Keeps how pages look, in the browser that asks for it.
pub async fn choose_theme(caller: Caller, fields: Fields) -> Result<Response, PageError> {
    let theme = Theme::parse(fields.get("theme"));
    let theme =
        theme.ok_or_else(|| PageError::BadRequest(vec!["theme: system, light or dark".to_owned()]))?;
    let to = urls::own_page(fields.get("back")).unwrap_or_else(|| urls::ACCOUNT.to_owned());
    let cookie = [(header::SET_COOKIE, theme.set_cookie(&caller.site))];
    Ok((cookie, Redirect::to(&to)).into_response())
}
