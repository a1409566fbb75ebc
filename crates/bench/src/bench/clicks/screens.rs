//! The pages that people open, how often, and under which addresses.

use super::seed::Seeded;

/// A page that people open. Reports over all cases have a benchmark of their own, `bench report`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Screen {
    Queue,
    Filtered,
    SecondPage,
    Case,
    Evidence,
    Statement,
    Preview,
    History,
    Deadlines,
    Search,
    Palette,
    Questions,
    Question,
    Handover,
    Clients,
    Client,
    Connections,
    Connection,
    Sync,
    Unmatched,
    Notices,
    Incidents,
    Rules,
    Packs,
    Hooks,
    People,
    Audit,
    Account,
    Help,
}

impl Screen {
    /// Each as often as it is opened among forty-eight clicks: the work of a day, and every other page once.
    pub const CLICKS: [Self; 48] = [
        Self::Queue,
        Self::Case,
        Self::Evidence,
        Self::Filtered,
        Self::Case,
        Self::History,
        Self::Handover,
        Self::Clients,
        Self::Queue,
        Self::Case,
        Self::Statement,
        Self::Preview,
        Self::Search,
        Self::Case,
        Self::Client,
        Self::Connection,
        Self::Queue,
        Self::SecondPage,
        Self::Case,
        Self::Deadlines,
        Self::Question,
        Self::Sync,
        Self::Unmatched,
        Self::Palette,
        Self::Queue,
        Self::Case,
        Self::Evidence,
        Self::Filtered,
        Self::Case,
        Self::Questions,
        Self::Notices,
        Self::Incidents,
        Self::Queue,
        Self::Case,
        Self::Statement,
        Self::Preview,
        Self::Rules,
        Self::Packs,
        Self::Hooks,
        Self::People,
        Self::SecondPage,
        Self::Filtered,
        Self::Case,
        Self::History,
        Self::Connections,
        Self::Audit,
        Self::Account,
        Self::Help,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Filtered => "queue, filtered",
            Self::SecondPage => "queue, second page",
            Self::Case => "case",
            Self::Evidence => "case: evidence",
            Self::Statement => "case: statement",
            Self::Preview => "case: preview",
            Self::History => "case: history",
            Self::Deadlines => "deadlines",
            Self::Search => "search",
            Self::Palette => "palette",
            Self::Questions => "questions",
            Self::Question => "question",
            Self::Handover => "hand-over",
            Self::Clients => "clients",
            Self::Client => "client",
            Self::Connections => "connections",
            Self::Connection => "connection",
            Self::Sync => "sync",
            Self::Unmatched => "unmatched",
            Self::Notices => "notices",
            Self::Incidents => "missed deadlines",
            Self::Rules => "rules",
            Self::Packs => "packs",
            Self::Hooks => "webhooks",
            Self::People => "people",
            Self::Audit => "audit log",
            Self::Account => "account",
            Self::Help => "help",
        }
    }

    /// Whether the aim of speed speaks of it.
    pub const fn aimed(self) -> bool {
        matches!(self, Self::Queue | Self::Filtered | Self::SecondPage | Self::Case)
    }
}

impl Seeded {
    /// The address of a page; `turn` is the click's number, so that no two open the same.
    pub fn path(&self, screen: Screen, turn: usize) -> String {
        let case = &self.open[turn % self.open.len()];
        match screen {
            Screen::Queue => "/queue?open=1".to_owned(),
            Screen::Filtered => "/queue?turn=ours&platform=paypal&open=1".to_owned(),
            Screen::SecondPage => self.second_page.clone(),
            Screen::Case => format!("/cases/{case}"),
            Screen::Evidence => format!("/cases/{case}/evidence"),
            Screen::Statement => format!("/cases/{case}/statement"),
            Screen::Preview => format!("/cases/{case}/preview"),
            Screen::History => format!("/cases/{case}/history"),
            Screen::Deadlines => "/deadlines".to_owned(),
            Screen::Search => format!("/search?q=INV-2026-{}", turn * 7919 % self.stored + 1),
            Screen::Palette => format!("/palette?q=INV-2026-{}", turn * 7919 % self.stored + 1),
            Screen::Questions => "/questions".to_owned(),
            Screen::Question => format!("/questions/{}", self.questions[turn % self.questions.len()]),
            Screen::Handover => "/handover".to_owned(),
            Screen::Clients => "/clients".to_owned(),
            Screen::Client => format!("/clients/{}", self.owners[turn % self.owners.len()].0),
            Screen::Connections => "/connections".to_owned(),
            Screen::Connection => format!("/connections/{}", self.owners[turn % self.owners.len()].1),
            Screen::Sync => "/sync".to_owned(),
            Screen::Unmatched => "/unmatched".to_owned(),
            Screen::Notices => "/notices".to_owned(),
            Screen::Incidents => "/incidents".to_owned(),
            Screen::Rules => "/rules".to_owned(),
            Screen::Packs => "/packs".to_owned(),
            Screen::Hooks => "/hooks".to_owned(),
            Screen::People => "/people".to_owned(),
            Screen::Audit => "/audit".to_owned(),
            Screen::Account => "/account".to_owned(),
            Screen::Help => "/help".to_owned(),
        }
    }
}
