//! When one person is enough: the clients' limits, and the safety net's last hours.

use chrono::{DateTime, Duration, Utc};
use docket_core::case::Case;
use docket_core::deadline::{LADDER, SAFETY_NET};
use docket_core::four_eyes::{FourEyes, four_eyes};
use docket_core::id::ClientId;
use docket_core::money::{Currency, Money};
use docket_core::response::Response;
use docket_core::words::Turn;
use docket_store::{ClientScope, UnitOfWork};

use crate::Desk;
use crate::error::{Error, Result};
use crate::prepare::Approval;

/// A missing approval never costs a deadline where the client allowed the safety net; the history says on whose word.
pub(crate) fn by_safety_net() -> Approval {
    Approval::ClientRule(
        "safety net: in the last six hours the client lets it go without a second person".to_owned(),
    )
}

/// Nothing that moves money: no clock sends that. And nothing but an answer: talk misses no deadline.
pub(crate) const fn net_may_send(response: &Response) -> bool {
    !response.moves_money() && response.action().answers_the_request()
}

/// When the net's hours before a deadline begin.
pub(crate) fn net_from(deadline: DateTime<Utc>) -> DateTime<Utc> {
    deadline - Duration::hours(LADDER[usize::from(SAFETY_NET)].hours)
}

/// The limit that binds in a currency. One of another currency binds too where there is none of this: amounts of two
/// currencies are never compared, so that everything needs a second person.
pub(crate) fn limit_for(limits: &[Money], currency: Currency) -> Option<Money> {
    let own = limits.iter().find(|limit| limit.currency == currency);
    own.or(limits.first()).copied()
}

impl Desk {
    /// The amounts above which every response of a client needs a second person, one for each currency at most.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn limits(&self, client: ClientId) -> Result<Vec<Money>> {
        let limits = self.db.limits(ClientScope::One(client)).await?;
        Ok(limits.into_iter().map(|(_, limit)| limit).collect())
    }

    /// Sets such an amount, or lifts it.
    ///
    /// # Errors
    /// When it is negative, or the client changed at the same time.
    pub async fn set_limit(
        &self,
        client: ClientId,
        currency: Currency,
        limit: Option<Money>,
        actor: &str,
    ) -> Result<()> {
        if limit.is_some_and(|l| l.minor < 0) {
            return Err(Error::Invalid("a limit is 0 or more".into()));
        }
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let limit = limit.map(|l| l.minor);
        unit.set_limit(actor, client, (currency, limit), self.env.now())
            .await?;
        Ok(unit.commit().await?)
    }

    /// Why a response to a case needs a second person, if it does.
    pub(crate) async fn four_eyes(&self, case: &Case, response: &Response) -> Result<Option<FourEyes>> {
        let limits = self.limits(case.client).await?;
        Ok(four_eyes(
            response,
            case.facts.amount,
            limit_for(&limits, case.facts.amount.currency),
        ))
    }

    /// What lets one person send a response; none where a second one must approve it.
    pub(crate) async fn alone(&self, case: &Case, response: &Response) -> Result<Option<Approval>> {
        if self.four_eyes(case, response).await?.is_none() {
            return Ok(Some(Approval::NotNeeded));
        }
        Ok(self.net_is_due(case, response).await?.then(by_safety_net))
    }

    /// Whether the safety net's rung is behind us, and the client allowed it: the ladder will not come by again, so that
    /// what is put up for review now goes at once.
    pub(crate) async fn net_is_due(&self, case: &Case, response: &Response) -> Result<bool> {
        let deadline = case.round.deadline.filter(|_| case.facts.turn == Turn::Ours);
        let late = deadline.is_some_and(|d| self.env.now() >= net_from(d.at));
        if !late || !net_may_send(response) {
            return Ok(false);
        }
        let client = self.db.clients(ClientScope::One(case.client)).await?;
        Ok(client.iter().any(|c| c.safety_net))
    }
}
