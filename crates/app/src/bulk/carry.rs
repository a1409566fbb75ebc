//! Carrying a plan out, case by case.

use docket_core::case::Command;
use docket_core::id::{PersonId, PlanId, RequestId};
use docket_core::sentence;
use docket_core::sentence::{Kept, Sentence};
use docket_store::{ClientScope, UnitOfWork};

use super::{Done, Plan, Planned, STOOD, Step, latest_aside};
use crate::Desk;
use crate::error::{Error, Result};
use crate::info::Ask;

impl Desk {
    /// Carries a person's plan out, once: whoever asks again gets what came of it. What changed since the plan was made is
    /// left as it is, and says so. One that broke off goes on behind the case at which it did.
    ///
    /// # Errors
    /// When they have no such plan, or the database fails.
    pub async fn carry_out(
        &self,
        scope: ClientScope,
        (person, actor): (PersonId, &str),
        id: PlanId,
    ) -> Result<Plan> {
        let mut moved = self.env.now();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let first = unit.begin_plan(id, person, moved, moved - STOOD).await?;
        unit.commit().await?;
        let plan = self.bulk_plan(scope, person, id).await?;
        if !first {
            return Ok(plan);
        }
        let broke_off = plan.begun_at != plan.moved_at;
        let mut done = plan.done.unwrap_or_default();
        let went = done.len();
        for planned in plan.cases.iter().skip(went) {
            let result = if broke_off && done.len() == went {
                Err(Error::Invalid(sentence!(
                    "it broke off at this case: look in its history whether it was done"
                )))
            } else {
                self.carry_one(scope, planned, actor).await
            };
            let (ok, said, asked) = match result {
                Ok((said, asked)) => (!matches!(planned.step, Step::Nothing { .. }), said, asked),
                Err(error) => (false, error.sentence(), None),
            };
            done.push(Done {
                case: planned.case,
                said: Kept(said),
                ok,
                asked,
            });
            let text = serde_json::to_string(&done).map_err(|e| Error::Invalid(e.to_string().into()))?;
            let now = self.env.now();
            let mut unit = UnitOfWork::begin(&self.db).await?;
            unit.move_plan(id, &text, (moved, now), done.len() == plan.cases.len())
                .await?;
            unit.commit().await?;
            moved = now;
        }
        self.bulk_plan(scope, person, id).await
    }

    async fn carry_one(
        &self,
        scope: ClientScope,
        planned: &Planned,
        actor: &str,
    ) -> Result<(Sentence, Option<RequestId>)> {
        let case = planned.case;
        let plain = |said: Sentence| Ok((said, None));
        match &planned.step {
            Step::Nothing { why } => plain(why.0.clone()),
            Step::Assign { from, to, .. } => {
                self.assign(scope, case, (from.as_deref(), to.as_deref()), actor)
                    .await?;
                plain(to.as_ref().map_or_else(
                    || sentence!("taken from everybody"),
                    |to| sentence!("given to {to}", to),
                ))
            }
            Step::Ask { question, to, .. } => {
                let ask = Ask {
                    case,
                    question: question.clone(),
                    // By the rule, so that it moves with the deadline.
                    due: None,
                    to: to.clone(),
                    actor: actor.to_owned(),
                };
                let asked = self.ask_client(scope, ask).await?;
                let said = sentence!("asked; the answer is due {due}", due = asked.request.due_at);
                Ok((said, Some(asked.request.id)))
            }
            Step::Accept { rule, .. } => plain(self.accept_by_rule(scope, case, *rule, actor).await?),
            Step::PutAside { until } => {
                // The next step may have moved since the plan was made.
                let stored = self.case(scope, case).await?;
                let until = latest_aside(&stored.case).map_or(*until, |latest| latest.min(*until));
                if stored.case.closed_at.is_some() || until <= self.env.now() {
                    return Err(Error::Invalid(sentence!("its next step is due now")));
                }
                let note = sentence!("put aside until {until}", until);
                self.command(scope, case, Command::Note(note.to_string()), actor)
                    .await?;
                let mut unit = UnitOfWork::begin(&self.db).await?;
                unit.put_aside((case, planned.client), until, actor, self.env.now())
                    .await?;
                unit.commit().await?;
                plain(note)
            }
        }
    }
}
