//! Pages rendered on the server: the queue, a case, the win rate, the connections, people and their log-in.
//!
//! Everything is read through [`Desk`]. Who may see what stands in the table of `doors.rs`; a page gets the scope of its
//! reads from the session. Open to everybody are the webhook door, which believes signatures only, and the page of a question
//! to a client, which opens to whoever has its token.

mod api;
mod ask;
mod assets;
mod calendar;
mod door;
mod doors;
mod error;
mod guard;
mod live;
mod locale;
mod pages;
mod query;
#[cfg(test)]
mod samples;
mod say;
mod show;
#[cfg(test)]
mod tests;
mod texts;
mod urls;

use std::future::Future;
use std::net::SocketAddr;

use axum::Router;
use axum::http::{Request, Uri};
use axum::middleware::{from_fn, map_response};
use axum::response::{IntoResponse, Response};
use docket_app::Desk;
use tokio::net::TcpListener;
use tower_http::trace::TraceLayer;

pub use crate::doors::Site;
use crate::doors::{Door, Doors};
use crate::error::PageError;
pub use crate::say::said;
use crate::texts::t;

/// The path of the page where a password is chosen.
pub fn password_path(token: &str) -> String {
    urls::password(token)
}

fn doors(desk: Desk, site: Site) -> Doors {
    use pages::{
        account, audit, bulk, case, clients, connections, deadlines, exclusions, factors, handover, help,
        hooks, incidents, log_in, notices, packs, paper, password, people, questions, queue, rules, search,
        sla, unmatched, win_rate,
    };
    let doors = Doors::new(desk, site)
        .open(Door::Styles, assets::styles)
        .open(Door::Icon, assets::icon)
        .open(Door::Script, assets::script)
        .open(Door::Health, pages::health)
        .room(Door::Webhook, door::door())
        .room(Door::Ask, ask::page())
        .open(Door::Calendar, calendar::file)
        .open(Door::LogInPage, log_in::page)
        .open(Door::LogIn, log_in::post)
        .open(Door::PasswordPage, password::page)
        .open(Door::Password, password::post)
        .open(Door::Home, pages::home)
        .open(Door::Help, help::page)
        .open(Door::Live, live::stream)
        .open(Door::Palette, pages::palette::find)
        .open(Door::Queue, queue::page)
        .open(Door::Case, case::page)
        .open(Door::SaveView, queue::views::save)
        .open(Door::ForgetView, queue::views::forget)
        .open(Door::NextCase, bulk::next)
        .open(Door::PlanBulk, bulk::plan)
        .open(Door::BulkPlan, bulk::page)
        .open(Door::BulkConfirm, bulk::confirm)
        .open(Door::Handover, handover::page)
        .open(Door::HandoverList, handover::one)
        .open(Door::SignHandover, handover::sign)
        .open(Door::Clients, clients::page)
        .open(Door::Client, clients::one::page)
        .open(Door::Contracts, clients::contracts::page)
        .open(Door::AddContract, clients::contracts::add)
        .open(Door::Rules, rules::page)
        .open(Door::AddRule, rules::add)
        .open(Door::TryRule, rules::try_it)
        .open(Door::ActivateRule, rules::activate)
        .open(Door::RetireRule, rules::retire)
        .open(Door::Search, search::page)
        .open(Door::Deadlines, deadlines::page)
        .open(Door::CalendarMake, deadlines::make_calendar)
        .open(Door::CalendarOff, deadlines::calendar_off)
        .open(Door::Questions, questions::page)
        .open(Door::WordQuestion, questions::ask::page)
        .open(Door::AskQuestion, questions::ask::post)
        .open(Door::Question, questions::one::page)
        .open(Door::RemindQuestion, questions::one::remind)
        .open(Door::WithdrawQuestion, questions::one::withdraw)
        .open(Door::QuestionLink, questions::one::link)
        .open(Door::ConfirmAnswer, questions::one::confirm)
        .open(Door::AnswerQuestion, questions::one::to_answer)
        .open(Door::RecordAnswer, questions::one::record)
        .open(Door::Incidents, incidents::page)
        .open(Door::IncidentCause, incidents::set_cause)
        .open(Door::Unmatched, unmatched::page)
        .open(Door::JoinOrder, unmatched::join)
        .open(Door::WinRate, win_rate::page)
        .open(Door::Factors, factors::page)
        .open(Door::Sla, sla::page)
        .open(Door::WinRatePdf, paper::win_rate)
        .open(Door::FactorsPdf, paper::factors)
        .open(Door::SlaPdf, paper::sla)
        .open(Door::QueueCsv, queue::csv)
        .open(Door::WinRateCsv, paper::win_rate_csv)
        .open(Door::FactorsCsv, paper::factors_csv)
        .open(Door::SlaCsv, paper::sla_csv)
        .open(Door::Packs, packs::page)
        .open(Door::PackFile, packs::file)
        .open(Door::ApprovePack, packs::approve)
        .open(Door::RejectPack, packs::reject)
        .open(Door::PackAnew, packs::anew)
        .open(Door::Exclusions, exclusions::page)
        .open(Door::ProposeExclusion, exclusions::propose)
        .open(Door::ApproveExclusion, exclusions::approve)
        .open(Door::RejectExclusion, exclusions::reject)
        .open(Door::WorkCalendars, clients::calendars::page)
        .open(Door::AddWorkCalendar, clients::calendars::add)
        .open(Door::Connections, connections::page)
        .open(Door::Connection, connections::one::page)
        .open(Door::Sync, connections::sync::page)
        .open(Door::SyncNow, connections::sync::sync_now)
        .open(Door::CheckConnection, connections::one::check)
        .open(Door::RecordSetting, connections::one::record)
        .open(Door::PauseConnection, connections::one::pause)
        .open(Door::RetryJob, connections::sync::retry)
        .open(Door::Notices, notices::page)
        .open(Door::NoticeSeen, notices::seen)
        .open(Door::Assign, case::act::assign)
        .open(Door::ChangeCase, case::change::change)
        .open(Door::CaseEvidence, case::evidence_page)
        .open(Door::CaseStatement, case::statement_page)
        .open(Door::CasePreview, case::preview_page)
        .open(Door::CaseHistory, case::history_page)
        .open(Door::CaseFile, case::work::file)
        .open(Door::BuyerFile, case::work::buyer_file)
        .open(Door::Decide, case::work::decide)
        .open(Door::AddEvidence, case::work::add_evidence)
        .open(Door::ChangeEvidence, case::work::change_evidence)
        .open(Door::AskFromCase, case::work::ask_client)
        .open(Door::SendDraft, case::work::send)
        .open(Door::Undo, case::work::undo)
        .open(Door::SaveDraft, case::act::save)
        .open(Door::ReviewDraft, case::act::ask_review)
        .open(Door::ApproveDraft, case::act::approve)
        .open(Door::ReturnDraft, case::act::give_back)
        .open(Door::Account, account::page)
        .open(Door::LogOut, log_in::out)
        .open(Door::ChangePassword, account::change_password)
        .open(Door::EndSession, account::end_session)
        .open(Door::MakeToken, account::tokens::make)
        .open(Door::RevokeToken, account::tokens::revoke)
        .open(Door::BeginCodes, account::begin_codes)
        .open(Door::ConfirmCodes, account::confirm_codes)
        .open(Door::CodesOff, account::codes_off)
        .open(Door::ChooseTheme, account::choose_theme)
        .open(Door::ChooseLocale, account::choose_locale)
        .open(Door::Hooks, hooks::page)
        .open(Door::AddHook, hooks::add)
        .open(Door::StopHook, hooks::stop)
        .open(Door::DeliverAgain, hooks::retry)
        .open(Door::People, people::page)
        .open(Door::AddPerson, people::add)
        .open(Door::Person, people::one)
        .open(Door::ResetPerson, people::reset)
        .open(Door::ChangeRole, people::role)
        .open(Door::DisablePerson, people::disable)
        .open(Door::EnablePerson, people::enable)
        .open(Door::SetSkills, people::skills)
        .open(Door::Audit, audit::page);
    api::doors(doors)
}

/// Where there is nothing; said to programs in their own form.
async fn nowhere(uri: Uri) -> Response {
    if urls::is_api(uri.path()) {
        api::Problem::not_found("There is nothing at this address.").into_response()
    } else {
        PageError::NotFound(t("error-no-page").plain()).into_response()
    }
}

async fn wrong_method(uri: Uri) -> Response {
    if urls::is_api(uri.path()) {
        api::Problem::wrong_method("`Allow` names what it takes.").into_response()
    } else {
        PageError::WrongMethod(Door::above(uri.path())).into_response()
    }
}

/// What programs can ask, as an OpenAPI document.
pub fn openapi() -> serde_json::Value {
    api::document()
}

/// All pages of a desk, as they are reached.
pub fn router(desk: Desk, site: Site) -> Router {
    // The query of an address may name people, so only the path goes to the log.
    let trace = TraceLayer::new_for_http().make_span_with(|request: &Request<axum::body::Body>| {
        tracing::debug_span!("page", method = %request.method(), path = urls::loggable(request.uri().path()))
    });
    let tls = site.tls();
    doors(desk.clone(), site)
        .finish()
        .fallback(nowhere)
        .method_not_allowed_fallback(wrong_method)
        .with_state(desk)
        .layer(map_response(move |response| async move {
            guard::headers(response, tls)
        }))
        .layer(from_fn(locale::browsers))
        .layer(trace)
}

/// Serves the pages until `stop` is done; requests under way are answered first.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    desk: Desk,
    site: Site,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let live = site.live().clone();
    // Streams have no end of their own: without this, stopping would wait for every open page.
    let stop = async move {
        stop.await;
        live.close();
    };
    let service = router(desk, site).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
