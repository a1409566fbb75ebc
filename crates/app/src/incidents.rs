//! Missed deadlines: recorded with a proposed cause, until a person says.

use chrono::{DateTime, Duration, Utc};
use docket_core::case::{self, Case, Command, Event};
use docket_core::id::{IncidentId, RoundId};
use docket_core::incident::{Cause, Incident, Signs, propose};
use docket_core::sentence;
use docket_store::{Change, ClientScope, UnitOfWork};

use crate::Desk;
use crate::error::{Error, Result};
use crate::respond::not_found;

/// How far back the log of syncs is read: long enough for several syncs, short enough to speak of this deadline.
const LOOK_BACK: Duration = Duration::hours(6);

impl Desk {
    /// Records a missed deadline, once.
    pub(crate) async fn raise_incident(
        &self,
        unit: &mut UnitOfWork,
        case: &Case,
        round: RoundId,
        deadline: DateTime<Utc>,
    ) -> Result<()> {
        let (cause, why) = propose(signs(unit, case, deadline).await?);
        let incident = Incident {
            id: IncidentId::new(&self.env),
            client: case.client,
            case: case.id,
            round,
            deadline,
            raised_at: self.env.now(),
            cause,
            why: why.to_owned(),
            decided_at: None,
            decided_by: None,
            responded_at: None,
        };
        if unit.raise_incident(&incident).await? {
            tracing::error!(case = %case.id, client = %case.client, %cause, "a deadline was missed");
        }
        Ok(())
    }

    /// Missed deadlines, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incidents(
        &self,
        scope: ClientScope,
        after: Option<IncidentId>,
        limit: i64,
    ) -> Result<Vec<Incident>> {
        Ok(self.db.incidents(scope, after, limit).await?)
    }

    /// The latest missed deadlines before one of them, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn latest_incidents(
        &self,
        scope: ClientScope,
        before: Option<IncidentId>,
        limit: i64,
    ) -> Result<Vec<Incident>> {
        Ok(self.db.latest_incidents(scope, before, limit).await?)
    }

    /// One missed deadline.
    ///
    /// # Errors
    /// When there is none in scope.
    pub async fn incident(&self, scope: ClientScope, id: IncidentId) -> Result<Incident> {
        let found = self.db.incident(scope, id).await?;
        found.ok_or_else(|| {
            Error::NotFound(sentence!(
                "there is no incident {id}; see `docket incident list`",
                id
            ))
        })
    }

    /// A person says what a miss is put down to; the case's history keeps who, when and why.
    ///
    /// # Errors
    /// When there is no such incident, the note is empty, or somebody else changed the case at the same time.
    pub async fn set_cause(
        &self,
        scope: ClientScope,
        id: IncidentId,
        (cause, note): (Cause, &str),
        actor: &str,
    ) -> Result<Incident> {
        let incident = self.incident(scope, id).await?;
        let now = self.env.now();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let stored = unit
            .case(incident.case)
            .await?
            .ok_or_else(|| not_found(incident.case))?;
        let command = Command::SetMissCause {
            incident: id,
            cause,
            note: note.to_owned(),
        };
        let transition = case::apply(&stored.case, Event::Command(command), now)?;
        unit.decide_incident(id, (cause, note), actor, now).await?;
        let change = Change {
            before: Some(stored),
            transition,
            observed: None,
        };
        self.save(&mut unit, actor, &[change]).await?;
        unit.commit().await?;
        self.incident(scope, id).await
    }
}

/// So long before the deadline a case must have been here for an answer to have been possible in office hours, weekends
/// included.
const TIME_ENOUGH: chrono::Duration = chrono::Duration::hours(72);

/// So long a client must have had for an answer before a miss can be put down to its silence.
const CLIENTS_TIME: chrono::Duration = chrono::Duration::hours(24);

/// What the logs show around the deadline.
async fn signs(unit: &mut UnitOfWork, case: &Case, deadline: DateTime<Utc>) -> Result<Signs> {
    let since = deadline - LOOK_BACK;
    let (paused, synced_at) = unit.reach(case.connection).await?;
    let ends = unit.sync_ends(case.connection, (since, deadline)).await?;
    let failed = |outage: bool| {
        ends.iter()
            .flatten()
            // As `docket_connector::Error::Retry` prints itself: the platform did not answer, or asked to come later.
            .filter(|error| error.starts_with("try again") == outage)
            .count()
    };
    let good = ends.iter().filter(|end| end.is_none()).count();
    let known = unit.known_since(case.id).await?;
    let here = known.map(|known| known.max(case.round.opened_at));
    Ok(Signs {
        paused,
        good_syncs: good + usize::from(synced_at.is_some_and(|at| at >= since)),
        outages: failed(true),
        other_failures: failed(false),
        client_silent: unit.client_silent(case.id, deadline, CLIENTS_TIME).await?,
        had_time: here.is_some_and(|here| here + TIME_ENOUGH <= deadline),
    })
}
