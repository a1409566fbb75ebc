//! Rules of clients: made by one person, tried on paper, let loose by another; then they act by the clock, each case once.

mod act;

use chrono::Duration;
use docket_connector::Capability;
use docket_core::case::{self, Case, Command, Event};
use docket_core::id::{CaseId, ClientId, RuleId};
use docket_core::money::Money;
use docket_core::response::{Response, Submission};
use docket_core::rule::{Hit, HitKind, Rule, RuleKind, RuleState, Touched};
use docket_core::sentence;
use docket_core::words::{ActionKind, Platform, Reason};
use docket_store::{Change, ClientScope, UnitOfWork};
use serde::Serialize;

use crate::Desk;
use crate::error::{Error, Result};

/// How far back a dry run looks.
const LOOK_BACK: Duration = Duration::days(90);
/// How the maker of what a rule prepared begins.
const BY_RULE: &str = "rule:";

/// A rule that somebody wants.
#[derive(Debug, Clone)]
pub struct NewRule {
    /// Whose.
    pub client: ClientId,
    /// Its name; none makes one of what it says.
    pub name: Option<String>,
    /// What it says.
    pub kind: RuleKind,
    /// Only at this platform.
    pub platform: Option<Platform>,
    /// Only for this reason.
    pub reason: Option<Reason>,
    /// Below this amount.
    pub below: Option<Money>,
    /// Who makes it.
    pub by: String,
}

/// What a rule would do, and what it would have done.
#[derive(Debug, Clone, Serialize)]
pub struct DryRun {
    /// The rule.
    pub rule: Rule,
    /// Open cases that it would touch now.
    pub now: Vec<Touched>,
    /// Cases of the past 90 days, closed by now, that it would have touched. Whether the platform offered the action at the
    /// time is not known.
    pub before: Vec<Touched>,
}

impl NewRule {
    fn name(&self) -> Result<String> {
        let given = self.name.as_deref().map(str::trim);
        if given.is_some_and(str::is_empty) {
            return Err(Error::Invalid(sentence!(
                "the rule's name is empty; leave --name out for one made of what it says"
            )));
        }
        let mut made = vec![self.kind.to_string().replace('_', "-")];
        made.extend(self.below.map(|b| format!("{}-{}", b.decimal(), b.currency)));
        made.extend(self.reason.map(|r| r.to_string().replace('_', "-")));
        made.extend(self.platform.map(|p| p.to_string()));
        Ok(given.map_or_else(|| made.join("-"), str::to_owned))
    }
}

impl Desk {
    /// Adds a rule, in its dry run. A name that exists gets another version; what acts goes on until that is activated.
    ///
    /// # Errors
    /// When it says nothing, or somebody else was first.
    pub async fn add_rule(&self, new: NewRule) -> Result<Rule> {
        if new.kind == RuleKind::AutoAcceptBelow && new.below.is_none_or(|b| b.minor <= 0) {
            return Err(Error::Invalid(sentence!("give an amount above 0")));
        }
        if new.kind == RuleKind::NeverContest && new.reason.is_none() && new.platform.is_none() {
            return Err(Error::Invalid(sentence!(
                "say what is never to be contested: --reason or --platform"
            )));
        }
        let mut rule = Rule {
            id: RuleId::new(&self.env),
            client: new.client,
            name: new.name()?,
            version: 0,
            kind: new.kind,
            platform: new.platform,
            reason: new.reason,
            below: new.below,
            state: RuleState::DryRun,
            created_by: new.by.trim().to_owned(),
            created_at: self.env.now(),
            tried_at: None,
            activated_by: None,
            activated_at: None,
            retired_at: None,
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        rule.version = unit.add_rule(&rule).await?;
        unit.commit().await?;
        Ok(rule)
    }

    /// A rule by its id, or by its name: then the newest version that is not retired.
    ///
    /// # Errors
    /// When there is none, or several clients have one of that name.
    pub async fn find_rule(&self, scope: ClientScope, text: &str) -> Result<Rule> {
        let none = || {
            Error::NotFound(sentence!(
                "there is no rule `{text}`; see `docket rule list --all`",
                text
            ))
        };
        if let Ok(id) = text.parse::<RuleId>() {
            return self.db.rule(scope, id).await?.ok_or_else(none);
        }
        let mut named = self.db.rules(scope, false).await?;
        named.retain(|rule| rule.name == text);
        let newest = named.pop().ok_or_else(none)?;
        if named.iter().any(|rule| rule.client != newest.client) {
            return Err(Error::Invalid(sentence!(
                "several clients have a rule `{text}`; give its id, or --client",
                text
            )));
        }
        Ok(newest)
    }

    /// Rules in scope; retired ones only if asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rules(&self, scope: ClientScope, retired: bool) -> Result<Vec<Rule>> {
        Ok(self.db.rules(scope, retired).await?)
    }

    /// A page of the rules in scope, the oldest first, after the last one seen; retired ones only if asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rules_after(
        &self,
        scope: ClientScope,
        retired: bool,
        after: Option<RuleId>,
        limit: i64,
    ) -> Result<Vec<Rule>> {
        Ok(self.db.rules_after(scope, retired, after, limit).await?)
    }

    /// What a rule noted and did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule_hits(&self, rule: &Rule) -> Result<Vec<Hit>> {
        Ok(self.db.rule_hits(ClientScope::One(rule.client), rule.id).await?)
    }

    /// What a rule would do now and would have done; keeps that somebody looked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn try_rule(&self, rule: Rule) -> Result<DryRun> {
        let (own, now) = (ClientScope::One(rule.client), self.env.now());
        let touches = self.db.rule_touches(own, rule.id).await?;
        let mut before = self.db.rule_touched(own, rule.id, now - LOOK_BACK).await?;
        if rule.kind == RuleKind::AutoAcceptBelow {
            let able = self.platforms_that_accept(own).await?;
            before.retain(|touched| able.contains(&touched.platform));
        }
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.rule_tried(rule.id, now).await?;
        unit.commit().await?;
        Ok(DryRun {
            rule: Rule {
                tried_at: Some(now),
                ..rule
            },
            now: touches,
            before,
        })
    }

    /// Platforms of a client at which a program can accept a claim.
    async fn platforms_that_accept(&self, scope: ClientScope) -> Result<Vec<Platform>> {
        let mut able = Vec::new();
        for connection in self.db.connections(scope).await? {
            // What this program does not speak with it cannot accept at.
            let Ok(connector) = self.connector_of(&connection).await else {
                continue;
            };
            if matches!(connector.capability(ActionKind::Accept), Capability::Supported) {
                able.push(connection.platform);
            }
        }
        Ok(able)
    }

    /// Lets a rule act.
    ///
    /// # Errors
    /// When it acts already, its author asks, or nobody looked at its dry run.
    pub async fn activate_rule(&self, rule: &Rule, by: &str) -> Result<()> {
        if let Some(why) = rule.refuses_activation(by) {
            return Err(Error::Invalid(why));
        }
        self.answers_for_the_desk(by).await?;
        self.known_writers(std::slice::from_ref(&rule.created_by)).await?;
        let older = self.db.rules(ClientScope::One(rule.client), false).await?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.activate_rule(rule, by.trim(), self.env.now()).await?;
        unit.commit().await?;
        for other in older {
            let replaced = other.name == rule.name && other.id != rule.id && other.state == RuleState::Active;
            if replaced {
                self.take_back(&other, by).await?;
            }
        }
        Ok(())
    }

    /// Takes back what a rule prepared and no worker has marked: without the rule nobody wants it. What slips through here is not
    /// sent either ([`Desk::rule_ended`]).
    async fn take_back(&self, rule: &Rule, by: &str) -> Result<()> {
        let own = ClientScope::One(rule.client);
        for (case, response) in self.db.prepared_by(own, &actor_of(rule)).await? {
            match self.cancel_this(own, (case, response), by).await {
                Ok(()) => {
                    let note = format!("taken back: rule {} was retired by {by}", rule.label());
                    let mut unit = UnitOfWork::begin(&self.db).await?;
                    unit.note_rule_hit(rule.id, case, &note).await?;
                    unit.commit().await?;
                }
                // Somebody sent or cancelled it at the same moment.
                Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether a response was prepared by a rule that does not act any more.
    pub(crate) async fn rule_ended(&self, submission: &Submission) -> Result<bool> {
        if !submission.created_by.starts_with(BY_RULE) {
            return Ok(false);
        }
        let rules = self.db.rules(ClientScope::One(submission.client), false).await?;
        let acts = |rule: &Rule| rule.state == RuleState::Active && actor_of(rule) == submission.created_by;
        Ok(!rules.iter().any(acts))
    }

    /// Ends a rule, and takes back what it prepared and is not sent yet.
    ///
    /// # Errors
    /// When it has ended already.
    pub async fn retire_rule(&self, rule: &Rule, by: &str) -> Result<()> {
        if rule.state == RuleState::Retired {
            // Whoever retired it may not have come so far.
            self.take_back(rule, by).await?;
            return Err(Error::Invalid(sentence!(
                "rule {rule} is retired already",
                rule = rule.label()
            )));
        }
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.retire_rule(rule, by, self.env.now()).await?;
        unit.commit().await?;
        self.take_back(rule, by).await
    }

    /// Refuses a contest that a rule of the client forbids and nobody overrode.
    pub(crate) async fn heed_rules(&self, case: &Case, response: &Response) -> Result<()> {
        if !matches!(response.action(), ActionKind::Contest | ActionKind::Appeal) {
            return Ok(());
        }
        let Some(rule) = self.never_contest(case).await? else {
            return Ok(());
        };
        Err(Error::Invalid(sentence!(
            "the client's rule `{rule}` says never to contest such a case; accept it, or say why it is contested all the same: \
             docket respond … --override-rule WHY",
            rule = rule.label()
        )))
    }

    /// Somebody says why a case is contested although rules of the client forbid it. It holds for this case and these
    /// versions of the rules, and is kept in the case's history.
    ///
    /// # Errors
    /// When no rule forbids it, or no reason is given.
    pub async fn override_rules(&self, scope: ClientScope, id: CaseId, why: &str, actor: &str) -> Result<()> {
        let (stored, now) = (self.case(scope, id).await?, self.env.now());
        if why.trim().is_empty() {
            return Err(Error::Invalid(sentence!(
                "say why the client's rule is overridden"
            )));
        }
        let rules = self.forbidding(&stored.case).await?;
        if rules.is_empty() {
            return Err(Error::Invalid(sentence!(
                "no rule of the client forbids to contest this case; leave --override-rule out"
            )));
        }
        let labels: Vec<String> = rules.iter().map(|rule| format!("`{}`", rule.label())).collect();
        let text = format!(
            "contested against the client's rule {}: {}",
            labels.join(", "),
            why.trim()
        );
        let mut unit = UnitOfWork::begin(&self.db).await?;
        for rule in &rules {
            let hit = Hit {
                case: id,
                kind: HitKind::Overridden,
                at: now,
                note: format!("{actor}: {}", why.trim()),
            };
            unit.rule_hit(rule, &hit).await?;
        }
        let transition = case::apply(&stored.case, Event::Command(Command::Note(text)), now)?;
        let change = Change {
            before: Some(stored),
            transition,
            observed: None,
        };
        self.save(&mut unit, actor, &[change]).await?;
        Ok(unit.commit().await?)
    }
}

/// In the history with the submission: which rule, and which version of it.
fn actor_of(rule: &Rule) -> String {
    format!("{BY_RULE}{}", rule.label())
}
