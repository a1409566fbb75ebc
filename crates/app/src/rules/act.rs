//! What rules do: by the clock, or because a person asks for it.

use chrono::{DateTime, Duration, Utc};
use docket_core::case::Case;
use docket_core::id::{CaseId, RuleId};
use docket_core::response::{AcceptKind, Response};
use docket_core::rule::{Hit, HitKind, Rule, RuleKind, RuleState};
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_store::{ClientScope, UnitOfWork};

use super::actor_of;
use crate::Desk;
use crate::error::{Error, Result};
use crate::prepare::{Approval, Prepare};

/// What a rule prepares goes out before this much of the deadline is left: then people act.
const BEFORE_DEADLINE: Duration = Duration::hours(24);
/// Of a longer grace at least this much must be left to stop it; else a person decides.
const LEAST_GRACE: Duration = Duration::hours(1);
/// Cases of one rule in one tick.
const PER_TICK: i64 = 200;

impl Desk {
    /// Lets every rule note or take up what is new. Nothing stops the rest where one case fails.
    pub(crate) async fn mind_rules(&self) -> Result<()> {
        for rule in self.db.rules(ClientScope::Agency, false).await? {
            match (rule.state, rule.kind) {
                (RuleState::DryRun, _) => self.note_hits(&rule).await?,
                (RuleState::Active, RuleKind::AutoAcceptBelow) => self.accept_by(&rule).await?,
                // What forbids has nothing to do by the clock.
                (RuleState::Active, RuleKind::NeverContest) | (RuleState::Retired, _) => {}
            }
        }
        Ok(())
    }

    async fn note_hits(&self, rule: &Rule) -> Result<()> {
        let own = ClientScope::One(rule.client);
        let new = self.db.rule_todo(own, rule.id, HitKind::Noted, PER_TICK).await?;
        if new.is_empty() {
            return Ok(());
        }
        let mut unit = UnitOfWork::begin(&self.db).await?;
        for touched in new {
            let hit = Hit {
                case: touched.case,
                kind: HitKind::Noted,
                at: self.env.now(),
                note: format!(
                    "dry run: it would touch {} of {}",
                    touched.dispute, touched.amount
                ),
            };
            unit.rule_hit(rule, &hit).await?;
        }
        Ok(unit.commit().await?)
    }

    async fn accept_by(&self, rule: &Rule) -> Result<()> {
        let own = ClientScope::One(rule.client);
        for touched in self.db.rule_todo(own, rule.id, HitKind::Acted, PER_TICK).await? {
            let stored = self.case(own, touched.case).await?;
            if !rule.speaks_of(&stored.case) {
                continue;
            }
            // Taken up in a commit of its own before anything is prepared: whatever happens after it, no other worker and no
            // later tick takes it up again. At worst a person has to do what the rule did not.
            let hit = Hit {
                case: touched.case,
                kind: HitKind::Acted,
                at: self.env.now(),
                note: "taken up; nothing was prepared".to_owned(),
            };
            let mut unit = UnitOfWork::begin(&self.db).await?;
            let first = unit.rule_hit(rule, &hit).await?;
            unit.commit().await?;
            if !first {
                continue;
            }
            let note = match self.accept(rule, &stored.case).await {
                Ok(said) => said.unwrap_or_else(left).to_string(),
                Err(error) => {
                    tracing::warn!(case = %touched.case, rule = %rule.id, %error, "a rule could not prepare its acceptance");
                    format!("left to a person: {error}")
                }
            };
            let mut unit = UnitOfWork::begin(&self.db).await?;
            unit.note_rule_hit(rule.id, touched.case, &note).await?;
            unit.commit().await?;
        }
        Ok(())
    }

    /// Accepts a case by an active rule of its client because a person asks for it, as the rule would by itself.
    ///
    /// # Errors
    /// When the rule does not act or does not speak of the case, too little time is left to stop it, or somebody was first.
    pub(crate) async fn accept_by_rule(
        &self,
        scope: ClientScope,
        id: CaseId,
        rule: RuleId,
        actor: &str,
    ) -> Result<Sentence> {
        let stored = self.case(scope, id).await?;
        let own = ClientScope::One(stored.case.client);
        let rule = self.db.rule(own, rule).await?;
        let acts = |rule: &Rule| {
            rule.state == RuleState::Active
                && rule.kind == RuleKind::AutoAcceptBelow
                && rule.speaks_of(&stored.case)
        };
        let rule = rule.filter(acts).ok_or_else(|| {
            Error::Invalid(sentence!(
                "the rule does not act any more, or does not speak of this case"
            ))
        })?;
        let Some(said) = self.accept(&rule, &stored.case).await? else {
            return Err(Error::Invalid(left()));
        };
        let said = sentence!("{said}; asked for by {actor}", said, actor);
        let note = said.to_string();
        let hit = Hit {
            case: id,
            kind: HitKind::Acted,
            at: self.env.now(),
            note: note.clone(),
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if !unit.rule_hit(&rule, &hit).await? {
            unit.note_rule_hit(rule.id, id, &note).await?;
        }
        unit.commit().await?;
        Ok(said)
    }

    /// Prepares the acceptance of one case; gives what came of it, none where it is left to a person.
    async fn accept(&self, rule: &Rule, case: &Case) -> Result<Option<Sentence>> {
        let grace = Duration::from_std(self.settings.rules_grace).unwrap_or(BEFORE_DEADLINE);
        let Some(send_at) = send_at(case, grace, self.env.now()) else {
            return Ok(None);
        };
        let response = Response::Accept {
            kind: AcceptKind::Refund,
            note: "Accepted on the merchant's instruction.".to_owned(),
            reason: None,
            amount: None,
            return_address: None,
            invoice_id: None,
            shipment: Vec::new(),
            files: Vec::new(),
        };
        let wish = Prepare {
            case: case.id,
            response,
            send_at: Some(send_at),
            actor: actor_of(rule),
        };
        let people = rule.activated_by.as_deref().unwrap_or_default();
        let words = format!(
            "rule {}: made by {}, activated by {people}",
            rule.label(),
            rule.created_by
        );
        let approval = Approval::ClientRule(words);
        let prepared = self
            .prepare(ClientScope::One(rule.client), wish, approval)
            .await?;
        Ok(Some(sentence!(
            "acceptance {id} is prepared and goes out at {at} unless cancelled",
            id = prepared.submission.to_string(),
            at = prepared.send_at
        )))
    }
}

fn left() -> Sentence {
    sentence!("left to a person: too near the deadline to be stopped in time")
}

/// When an acceptance by rule goes out: after the grace, and before people act on the deadline. None where too little time
/// would be left to stop it.
fn send_at(case: &Case, grace: Duration, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let wished = now + grace;
    let Some(deadline) = case.round.deadline else {
        return Some(wished);
    };
    let latest = deadline.at - BEFORE_DEADLINE;
    (latest >= now + grace.min(LEAST_GRACE)).then(|| wished.min(latest))
}
