//! What to do with a case: the figures behind contest, settle or accept.

use docket_core::case::Case;
use docket_core::evidence::expected;
use docket_core::fee::{FeeKind, in_force};
use docket_core::id::CaseId;
use docket_core::recommend::{Recommendation, Situation, recommend};
use docket_core::rule::{Rule, RuleKind, RuleState};
use docket_store::ClientScope;

use crate::Desk;
use crate::error::Result;
use crate::evidence::CaseChecklist;

impl Desk {
    /// A recommendation with its reasons, of what is known now. Nothing is stored, and nothing follows from it by itself.
    ///
    /// # Errors
    /// When there is no such case in scope, or its evidence cannot be read.
    pub async fn advise(&self, scope: ClientScope, id: CaseId) -> Result<Recommendation> {
        let found = self.evidence_checklist(scope, id).await?;
        self.advice_on(&found).await
    }

    /// The same for a checklist that was read already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn advice_on(&self, found: &CaseChecklist) -> Result<Recommendation> {
        let case = &found.stored.case;
        let (kind, band) = ((case.platform, case.facts.reason), found.list.band());
        let own = self.db.decided(ClientScope::One(case.client), kind, band).await?;
        let portfolio = self.db.portfolio(case.client, kind, band).await?;
        let rules = self.db.fees(ClientScope::One(case.client)).await?;
        let opened = case.facts.opened_at.date_naive();
        let own_rules = rules.iter().map(|fee| &fee.rule);
        let own_rules = own_rules.filter(|rule| rule.connection == case.connection);
        let own_fee = in_force(own_rules, FeeKind::Platform, opened)
            .map(|rule| vec![rule.by_end(case.platform, case.facts.stage)]);
        let never = self.never_contest(case).await?.map(|rule| rule.label());
        Ok(recommend(Situation {
            case,
            checklist: &found.list,
            refund: expected(&found.dossier),
            refunded: found.dossier.refunded(found.stored.case.facts.amount.currency),
            fees: own_fee.as_ref().unwrap_or(&self.settings.fees),
            own,
            portfolio,
            never: never.as_deref(),
            now: self.env.now(),
        }))
    }

    /// The rule in force that forbids to contest a case.
    pub(crate) async fn never_contest(&self, case: &Case) -> Result<Option<Rule>> {
        Ok(self.forbidding(case).await?.into_iter().next())
    }

    /// All of these that nobody overrode for this case.
    pub(crate) async fn forbidding(&self, case: &Case) -> Result<Vec<Rule>> {
        let own = ClientScope::One(case.client);
        let mut rules = self.db.rules(own, false).await?;
        rules.retain(|rule| {
            rule.kind == RuleKind::NeverContest && rule.state == RuleState::Active && rule.speaks_of(case)
        });
        if !rules.is_empty() {
            let overridden = self.db.rules_overridden(own, case.id).await?;
            rules.retain(|rule| !overridden.contains(&rule.id));
        }
        Ok(rules)
    }
}
