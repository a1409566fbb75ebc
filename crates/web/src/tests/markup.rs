//! What every page must have, whatever it shows.

use std::collections::BTreeSet;

use askama::Template;
use chrono_tz::Tz;
use docket_core::person::Locale;
use docket_core::words::Language;

use crate::ask::{AskMessage, AskView};
use crate::error::ErrorPage;
use crate::locale;
use crate::pages::account::AccountView;
use crate::pages::audit::AuditView;
use crate::pages::bulk::BulkView;
use crate::pages::case::{CasePage, EvidenceView, HistoryView, PreviewView, StatementView};
use crate::pages::clients::ClientsView;
use crate::pages::clients::calendars::CalendarsView;
use crate::pages::clients::contracts::ContractsView;
use crate::pages::clients::one::ClientPage;
use crate::pages::connections::ConnectionsView;
use crate::pages::connections::one::ConnectionPage;
use crate::pages::connections::sync::SyncView;
use crate::pages::deadlines::DeadlinesView;
use crate::pages::exclusions::ExclusionsView;
use crate::pages::factors::FactorsPage;
use crate::pages::handover::HandoverView;
use crate::pages::help::HelpView;
use crate::pages::hooks::HooksView;
use crate::pages::incidents::IncidentsView;
use crate::pages::log_in::LogInView;
use crate::pages::notices::NoticesView;
use crate::pages::packs::PacksView;
use crate::pages::password::{PasswordGone, PasswordView};
use crate::pages::people::{PeopleView, PersonView};
use crate::pages::questions::QuestionsView;
use crate::pages::questions::ask::{AskClientView, AskedView};
use crate::pages::questions::one::QuestionPage;
use crate::pages::queue::QueueView;
use crate::pages::rules::{RulesView, TriedView};
use crate::pages::search::SearchView;
use crate::pages::sla::SlaPage;
use crate::pages::unmatched::UnmatchedView;
use crate::pages::win_rate::WinRatePage;
use crate::samples::Samples;

/// Something that is done with every page.
pub trait Each {
    fn page<P: Samples + Template>(&mut self);
}

/// Every page, once.
pub fn each_page(each: &mut impl Each) {
    each.page::<QueueView>();
    each.page::<CasePage>();
    each.page::<EvidenceView>();
    each.page::<StatementView>();
    each.page::<PreviewView>();
    each.page::<HistoryView>();
    each.page::<QuestionsView>();
    each.page::<QuestionPage>();
    each.page::<AskClientView>();
    each.page::<AskedView>();
    each.page::<IncidentsView>();
    each.page::<UnmatchedView>();
    each.page::<HooksView>();
    each.page::<SyncView>();
    each.page::<ConnectionPage>();
    each.page::<BulkView>();
    each.page::<HandoverView>();
    each.page::<HelpView>();
    each.page::<ClientsView>();
    each.page::<ClientPage>();
    each.page::<RulesView>();
    each.page::<TriedView>();
    each.page::<SearchView>();
    each.page::<DeadlinesView>();
    each.page::<WinRatePage>();
    each.page::<FactorsPage>();
    each.page::<SlaPage>();
    each.page::<PacksView>();
    each.page::<ExclusionsView>();
    each.page::<ContractsView>();
    each.page::<CalendarsView>();
    each.page::<ConnectionsView>();
    each.page::<ErrorPage>();
    each.page::<AskView>();
    each.page::<AskMessage>();
    each.page::<LogInView>();
    each.page::<PasswordView>();
    each.page::<PasswordGone>();
    each.page::<NoticesView>();
    each.page::<AccountView>();
    each.page::<PeopleView>();
    each.page::<PersonView>();
    each.page::<AuditView>();
}

struct Check;

impl Each for Check {
    fn page<P: Samples + Template>(&mut self) {
        check::<P>();
    }
}

#[test]
fn every_page_is_well_formed_and_labelled() {
    each_page(&mut Check);
}

/// A language and a zone for each check.
pub const LOCALES: [Locale; 4] = [
    Locale {
        language: Language::English,
        zone: Tz::UTC,
    },
    Locale {
        language: Language::Dutch,
        zone: Tz::Europe__Amsterdam,
    },
    Locale {
        language: Language::Swedish,
        zone: Tz::Asia__Kolkata,
    },
    Locale {
        language: Language::German,
        zone: Tz::America__Los_Angeles,
    },
];

fn check<P: Samples + Template>() {
    for present in LOCALES {
        locale::within(present, check_here::<P>);
    }
}

fn check_here<P: Samples + Template>() {
    let lang = locale::language();
    for (index, page) in P::samples().iter().enumerate() {
        let html = page.render().unwrap();
        let name = format!("{} {index} in {lang}", std::any::type_name::<P>());
        assert!(
            html.starts_with(&format!("<!DOCTYPE html>\n<html lang=\"{lang}\">")),
            "{name}: language"
        );
        assert!(!foreign_script(&html), "{name}: unescaped content");
        assert!(
            !html.contains(" style="),
            "{name}: inline style, which the policy forbids"
        );
        let tags = tags(&html, &name);
        let count = |tag: &str| tags.iter().filter(|t| t.name == tag).count();
        assert_eq!(count("h1"), 1, "{name}: one h1");
        assert_eq!(
            (count("main"), count("header"), count("footer")),
            (1, 1, 1),
            "{name}: landmarks"
        );
        assert_eq!(count("table"), count("caption"), "{name}: captions");
        // Who has no command line is told of no commands; the others read that they have one.
        let knows_of = [
            "frame-command",
            "log-in-nobody",
            "password-first-lead",
            "error-failed-next",
        ];
        let knows = |id: &&str| html.contains(&crate::t(id).to_string());
        assert!(
            !html.contains("<code>docket") || knows_of.iter().any(knows),
            "{name}: a command for somebody who has none"
        );
        forms(&html, &name);
        headings(&tags, &name);
        labels(&tags, &name);
        references(&tags, &name);
        for cell in tags.iter().filter(|t| t.name == "th") {
            assert!(cell.attribute("scope").is_some(), "{name}: th without scope");
        }
        for region in tags.iter().filter(|t| t.attribute("class") == Some("scroll")) {
            let named =
                region.attribute("aria-labelledby").is_some() && region.attribute("tabindex") == Some("0");
            assert!(
                named,
                "{name}: a region that scrolls must take the focus and have a name"
            );
        }
    }
}

/// Whether a page has a script that is not one of ours.
pub fn foreign_script(html: &str) -> bool {
    let ours: String = crate::assets::script_urls()
        .iter()
        .fold(html.to_owned(), |rest, url| {
            rest.replace(&format!("<script type=\"module\" src=\"{url}\"></script>"), "")
        });
    ours.contains("<script")
}

/// Each form that changes something carries the key of its session, but those of pages without one.
fn forms(html: &str, name: &str) {
    let open = ["/log-in", "/password/", "/ask/"];
    for form in html.split("<form ").skip(1) {
        let form = form.split("</form>").next().unwrap_or_default();
        let action = form.split("action=\"").nth(1).unwrap_or_default();
        if !form.starts_with("method=\"get\"")
            && !form.contains("method=\"get\"")
            && !open.iter().any(|o| action.starts_with(o))
        {
            assert_eq!(
                form.matches("name=\"form_key\"").count(),
                1,
                "{name}: a form without key: {form}"
            );
        }
    }
}

/// Levels never jump.
fn headings(tags: &[Tag], name: &str) {
    let mut last = 0;
    for tag in tags {
        if let Some(level) = tag.name.strip_prefix('h').and_then(|l| l.parse::<u32>().ok()) {
            assert!(level <= last + 1, "{name}: h{level} after h{last}");
            last = level;
        }
    }
}

fn labels(tags: &[Tag], name: &str) {
    let labels: BTreeSet<&str> = tags
        .iter()
        .filter(|t| t.name == "label")
        .filter_map(|t| t.attribute("for"))
        .collect();
    let controls = tags
        .iter()
        .filter(|t| matches!(t.name.as_str(), "input" | "select" | "textarea"));
    for control in controls.filter(|t| t.attribute("type") != Some("hidden")) {
        if let Some(label) = control.attribute("aria-label") {
            assert!(!label.trim().is_empty(), "{name}: a control without a name");
            continue;
        }
        let id = control
            .attribute("id")
            .unwrap_or_else(|| panic!("{name}: a control without id"));
        assert!(labels.contains(id), "{name}: no label for {id}");
    }
}

/// Ids are unique, and what names another element names one that is there.
fn references(tags: &[Tag], name: &str) {
    let ids: Vec<&str> = tags.iter().filter_map(|t| t.attribute("id")).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{name}: repeated id in {ids:?}");
    for tag in tags {
        let names = ["aria-labelledby", "aria-describedby", "for"]
            .iter()
            .filter_map(|a| tag.attribute(a));
        for id in names.flat_map(str::split_whitespace) {
            assert!(unique.contains(id), "{name}: {id} is not there");
        }
    }
}

pub struct Tag {
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}

const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];

/// The opening tags of a page; every tag must be closed in its order.
pub fn tags(html: &str, page: &str) -> Vec<Tag> {
    let (mut tags, mut open) = (Vec::new(), Vec::<String>::new());
    let mut rest = html.strip_prefix("<!DOCTYPE html>").unwrap_or(html);
    while let Some(start) = rest.find('<') {
        let end = start
            + rest[start..]
                .find('>')
                .unwrap_or_else(|| panic!("{page}: a tag without end"));
        let text = &rest[start + 1..end];
        if let Some(closed) = text.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed), "{page}: closing tag");
        } else {
            let tag = tag(text.trim_end_matches('/'));
            if !VOID.contains(&tag.name.as_str()) && !text.ends_with('/') {
                open.push(tag.name.clone());
            }
            tags.push(tag);
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{page}: never closed: {open:?}");
    tags
}

fn tag(text: &str) -> Tag {
    let (name, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let mut attributes = Vec::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        let value = after
            .strip_prefix("=\"")
            .map(|v| v.split_once('"').expect("closing quote"));
        attributes.push((key.to_owned(), value.map_or(String::new(), |(v, _)| v.to_owned())));
        rest = value.map_or(after, |(_, after)| after);
    }
    Tag {
        name: name.to_owned(),
        attributes,
    }
}
