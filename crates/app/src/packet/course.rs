//! What a letter is in the course of its dispute: the first answer, an appeal, or an answer in a further round.

use chrono::{DateTime, Utc};
use docket_core::snapshot::Facts;
use docket_core::words::{ActionKind, Outcome, Stage};
use docket_documents::letter::{Answer, Decision};

/// `decided` is the result of the case with its day, `before` that of the round before this one, whose day nobody keeps.
pub(super) fn of(
    facts: &Facts,
    (decided, on): (Option<Outcome>, Option<DateTime<Utc>>),
    before: Option<Outcome>,
) -> Answer {
    let allowed = |action| facts.allowed_actions.contains(&action);
    if allowed(ActionKind::Appeal) && !allowed(ActionKind::Contest) {
        return Answer::Appeal(decided.map(|outcome| Decision { outcome, on }));
    }
    let before = before
        .filter(|outcome| is_decision(*outcome))
        .map(|outcome| Decision { outcome, on: None });
    // The bank or the network asks again only after a decision.
    let further = matches!(facts.stage, Stage::PreArbitration | Stage::Arbitration);
    if before.is_some() || further {
        Answer::Again(before)
    } else {
        Answer::First
    }
}

/// A conversation that went on as a claim was decided by nobody.
const fn is_decision(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Won | Outcome::WonProtected | Outcome::Partial | Outcome::Lost | Outcome::LostNoResponse
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(stage: Stage, allowed: &[ActionKind]) -> Facts {
        let at: DateTime<Utc> = "2026-11-01T00:00:00Z".parse().unwrap();
        Facts {
            amount: docket_core::money::Money::new(100, "EUR".parse().unwrap()),
            stage,
            platform_stage: None,
            platform_status: None,
            channel: None,
            turn: docket_core::words::Turn::Ours,
            reason: docket_core::words::Reason::NotReceived,
            platform_reason: None,
            allowed_actions: allowed.iter().copied().collect(),
            order_refs: Vec::new(),
            opened_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn an_appeal_names_its_decision_and_a_further_round_the_one_before() {
        let on: Option<DateTime<Utc>> = Some("2026-11-20T00:00:00Z".parse().unwrap());
        let contest = facts(Stage::Chargeback, &[ActionKind::Contest, ActionKind::Accept]);
        let appeal = facts(Stage::Chargeback, &[ActionKind::Appeal]);
        let last = facts(Stage::Arbitration, &[ActionKind::Contest]);
        let decision = |outcome, on| Some(Decision { outcome, on });
        assert_eq!(of(&contest, (None, None), None), Answer::First);
        assert_eq!(
            of(&contest, (None, None), Some(Outcome::Lapsed)),
            Answer::First,
            "a talk that ended is no decision"
        );
        assert_eq!(
            of(&appeal, (Some(Outcome::Lost), on), None),
            Answer::Appeal(decision(Outcome::Lost, on))
        );
        assert_eq!(of(&appeal, (None, None), None), Answer::Appeal(None));
        assert_eq!(
            of(&contest, (None, None), Some(Outcome::Won)),
            Answer::Again(decision(Outcome::Won, None))
        );
        assert_eq!(of(&last, (None, None), None), Answer::Again(None));
    }
}
