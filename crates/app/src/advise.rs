//! What to do with a case: the figures behind contest, settle or accept.

use docket_core::case::Case;
use docket_core::evidence::expected;
use docket_core::id::CaseId;
use docket_core::recommend::{Recommendation, Situation, recommend};
use docket_core::rule::{Rule, RuleKind, RuleState};
use docket_store::ClientScope;

use crate::Desk;
use crate::error::Result;

impl Desk {
    /// A recommendation with its reasons, of what is known now. Nothing is stored, and nothing follows from it by itself.
    ///
    /// # Errors
    /// When there is no such case in scope, or its evidence cannot be read.
    pub async fn advise(&self, scope: ClientScope, id: CaseId) -> Result<Recommendation> {
        let found = self.evidence_checklist(scope, id).await?;
        let case = &found.stored.case;
        let (platform, reason) = (case.platform, case.facts.reason);
        let own = self
            .db
            .decided(ClientScope::One(case.client), platform, reason)
            .await?;
        let portfolio = self.db.portfolio(case.client, platform, reason).await?;
        let never = self.never_contest(case).await?.map(|rule| rule.label());
        Ok(recommend(Situation {
            case,
            checklist: &found.list,
            refund: expected(&found.dossier),
            fees: &self.settings.fees,
            own,
            portfolio,
            never: never.as_deref(),
            now: self.env.now(),
        }))
    }

    /// The rule in force that forbids to contest a case.
    pub(crate) async fn never_contest(&self, case: &Case) -> Result<Option<Rule>> {
        let rules = self.db.rules(ClientScope::One(case.client), false).await?;
        Ok(rules.into_iter().find(|rule| {
            rule.kind == RuleKind::NeverContest && rule.state == RuleState::Active && rule.speaks_of(case)
        }))
    }
}
