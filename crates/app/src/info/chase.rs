//! What happens to open questions by the clock: reminders, the note that an answer is overdue, the end.

use chrono::{DateTime, Utc};
use docket_core::case::Case;
use docket_core::notice::NoticeKind;
use docket_core::request::{InfoRequest, RequestState, RequestStep};
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_core::words::Turn;
use docket_store::UnitOfWork;

use crate::Desk;
use crate::error::{Error, Result};
use crate::respond::not_found;

const REQUESTS_PER_TICK: i64 = 200;

impl Desk {
    /// Takes the next step with every question that is due for one. The stamp on the row makes any number of workers act
    /// once; what fails is still due at the next tick.
    pub(crate) async fn chase_clients(&self) -> Result<()> {
        loop {
            let due = self.db.due_requests(self.env.now(), REQUESTS_PER_TICK).await?;
            let full = i64::try_from(due.len()).unwrap_or(i64::MAX) == REQUESTS_PER_TICK;
            let mut moved = false;
            for request in due {
                match self.chase(&request).await {
                    Ok(()) => moved = true,
                    // An answer, or another worker, came first.
                    Err(Error::Store(docket_store::Error::Conflict(_))) => {}
                    Err(error) if error.is_transient() => return Err(error),
                    Err(error) => {
                        tracing::error!(request = %request.id, %error, "a question could not be followed up");
                    }
                }
            }
            if !(full && moved) {
                return Ok(());
            }
        }
    }

    async fn chase(&self, request: &InfoRequest) -> Result<()> {
        let now = self.env.now();
        let Some(step) = request.due_step(now) else {
            return Ok(());
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let stored = unit
            .case(request.case)
            .await?
            .ok_or_else(|| not_found(request.case))?;
        if stored.case.facts.turn == Turn::Nobody {
            // The dispute ended meanwhile: nobody needs the answer, and nobody is bothered about it.
            self.end_request(&mut unit, request, RequestState::Withdrawn, "ladder")
                .await?;
            return Ok(unit.commit().await?);
        }
        if step == RequestStep::Lapse {
            let case = self
                .end_request(&mut unit, request, RequestState::Lapsed, "ladder")
                .await?;
            let once = format!("lapsed:{}", request.id);
            let mails = self
                .tell(&mut unit, &case, NoticeKind::RequestLapsed, &once)
                .await?;
            docket_queue::enqueue(unit.tx(), &self.env, &mails).await?;
        } else {
            let after = InfoRequest {
                next_step: request.step_after(Some(step), now),
                ..request.clone()
            };
            unit.move_info_request(request, &after).await?;
            self.mail_client(&mut unit, &stored.case, request, reminder(step))
                .await?;
            if step == RequestStep::Due {
                let once = format!("overdue:{}", request.id);
                let mails = self
                    .tell(&mut unit, &stored.case, NoticeKind::ClientOverdue, &once)
                    .await?;
                docket_queue::enqueue(unit.tx(), &self.env, &mails).await?;
            }
        }
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }

    /// A deadline that moved takes the open questions of its case with it; the client is told of a new due time.
    pub(crate) async fn replan_questions(
        &self,
        unit: &mut UnitOfWork,
        case: &Case,
        deadline: DateTime<Utc>,
    ) -> Result<()> {
        for request in unit.open_requests(case.id).await? {
            let Some(after) = request.replanned(deadline, self.env.now()) else {
                continue;
            };
            unit.move_info_request(&request, &after).await?;
            if after.due_at != request.due_at {
                self.mail_client(
                    unit,
                    case,
                    &after,
                    sentence!("New due time: a question about a payment dispute"),
                )
                .await?;
            }
        }
        Ok(())
    }
}

fn reminder(step: RequestStep) -> Sentence {
    match step {
        RequestStep::Remind => sentence!("Reminder: a question about a payment dispute"),
        RequestStep::Due | RequestStep::Lapse => {
            sentence!("Due now: a question about a payment dispute")
        }
    }
}
