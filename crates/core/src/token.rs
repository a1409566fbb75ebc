//! Tokens with which programs act for a person.

use chrono::{DateTime, Duration, Utc};

use crate::id::{PersonId, TokenId};
use crate::words::words;

words! {
    /// A part of the desk that a token opens, as far as its person's role reaches there.
    Scope, "scope" {
        /// Cases with their rounds, facts, evidence, drafts, questions and history.
        CasesRead = "cases:read",
        /// Give cases to people, write notes, take flags off, join orders, act on many cases at once, have connections read,
        /// say what a missed deadline is put down to.
        CasesWrite = "cases:write",
        /// Bring evidence, say what does not apply.
        EvidenceWrite = "evidence:write",
        /// Write drafts, have them reviewed, give them back, give them up; propose clients' rules.
        DraftsWrite = "drafts:write",
        /// Approve drafts and send them, take back what is not sent yet, let rules act and end them: from here responses go out.
        DraftsSend = "drafts:send",
        /// Ask clients, remind them, keep what they answer, and withdraw questions.
        RequestsWrite = "requests:write",
        /// What people are told.
        NoticesRead = "notices:read",
        /// Mark it as seen.
        NoticesWrite = "notices:write",
        /// Clients with their rules, connections, missed deadlines, orders that no case names.
        DeskRead = "desk:read",
        /// Reports and monthly packs.
        ReportsRead = "reports:read",
        /// Let monthly packs go to clients, or not.
        ReportsSend = "reports:send",
        /// The audit log.
        AuditRead = "audit:read",
        /// Who is told of events, and how telling them went.
        HooksRead = "hooks:read",
        /// Say who is told.
        HooksWrite = "hooks:write",
    }
}

impl Scope {
    /// What it opens, in words for who chooses it.
    pub const fn what(self) -> &'static str {
        match self {
            Self::CasesRead => "cases with their rounds, facts, evidence, drafts, questions and history",
            Self::CasesWrite => {
                "give cases to people, write notes, take flags off, join orders, act on many cases at once, have connections read, checked and paused, say what a missed deadline is put down to"
            }
            Self::EvidenceWrite => "bring evidence, say what does not apply",
            Self::DraftsWrite => {
                "write drafts, have them reviewed, give them back, give them up; propose clients’ rules"
            }
            Self::DraftsSend => {
                "approve drafts and send them, take back what is not sent yet, let rules act and end them: from here responses go out"
            }
            Self::RequestsWrite => "ask clients, remind them, keep what they answer, and withdraw questions",
            Self::NoticesRead => "what people are told",
            Self::NoticesWrite => "mark it as seen",
            Self::DeskRead => {
                "clients with their rules, connections, missed deadlines, orders that no case names"
            }
            Self::ReportsRead => "reports and monthly packs",
            Self::ReportsSend => "let monthly packs go to clients, or not",
            Self::AuditRead => "the audit log",
            Self::HooksRead => "who is told of events, and how telling them went",
            Self::HooksWrite => "say who is told of events",
        }
    }
}

/// Longest that a token may live.
pub const LONGEST: Duration = Duration::days(366);

/// A token, without its secret: of that only the hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id for lists; the secret is another.
    pub id: TokenId,
    /// For whom it acts.
    pub person: PersonId,
    /// What it is for, in its person's words.
    pub name: String,
    /// What it opens.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it opens nothing.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to about a minute.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ApiToken {
    /// Whether it opens anything at an instant.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether it opens this.
    pub fn opens(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// Scopes as one text, each once and in their own order.
pub fn scopes_text(scopes: &[Scope]) -> String {
    let words = Scope::ALL.iter().filter(|s| scopes.contains(s));
    words.map(|s| s.as_str()).collect::<Vec<_>>().join(" ")
}
