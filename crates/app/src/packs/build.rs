//! A pack's files.

use bytes::Bytes;
use chrono::{Months, NaiveDate};
use docket_core::id::{ClientId, PackId};
use docket_core::pack::{Pack, PackFile, PackState};
use docket_core::words::Language;
use docket_queue::Outcome;
use docket_store::{Client, ClientScope, GroupBy, UnitOfWork};

use super::{running, start};
use crate::error::{Error, Result};
use crate::{Desk, Period, WinRateWish, board, figures};

/// Months that win rates and factors of a pack reach back; promises are of its own month.
const BACK: u32 = 12;

const PDF: &str = "application/pdf";
const CSV: &str = "text/csv";

/// What a pack is computed from.
pub(super) struct Plan {
    pub wish: WinRateWish,
    pub month: Period,
}

/// A report of a pack.
pub(super) struct Made {
    pub name: &'static str,
    pub pdf: Vec<u8>,
    pub csv: String,
}

impl Plan {
    pub(super) fn of(client: Client, month: NaiveDate) -> Self {
        let end = start(month + Months::new(1));
        let period = Period {
            from: start(month + Months::new(1) - Months::new(BACK)),
            to: end,
        };
        Self {
            wish: WinRateWish {
                client: Some(client),
                period,
                by: GroupBy::Month,
                closed: false,
                currency: None,
            },
            month: Period {
                from: start(month),
                to: end,
            },
        }
    }
}

impl Desk {
    /// Makes a client's pack of a month, unless there is one that was not rejected. The job may run twice.
    pub(crate) async fn build_pack(&self, client: ClientId, month: NaiveDate) -> Result<Outcome> {
        let own = ClientScope::One(client);
        let subscriptions = self.db.pack_subscriptions(own).await?;
        let Some(subscription) = running(&subscriptions, client) else {
            return Ok(Outcome::Done);
        };
        if self.db.has_pack(client, month).await? {
            return Ok(Outcome::Done);
        }
        let clients = self.db.clients(own).await?;
        let Some(owner) = clients.into_iter().next() else {
            return Ok(Outcome::Done);
        };
        let plan = Plan::of(owner, month);
        let mut files = Vec::new();
        for made in self.pack_reports(&plan, subscription.language).await? {
            for (kind, media_type, content) in [("pdf", PDF, made.pdf), ("csv", CSV, made.csv.into_bytes())] {
                let name = format!("{}-{}.{kind}", made.name, month.format("%Y-%m"));
                files.push(self.keep_pack_file(name, media_type, content, true).await?);
            }
        }
        // What it was computed from stays here: it names what changed since.
        for (name, content) in self.pack_basis(&plan).await?.files() {
            let content = content.into_bytes();
            files.push(self.keep_pack_file(name.to_owned(), CSV, content, false).await?);
        }
        let pack = Pack {
            id: PackId::new(&self.env),
            client,
            month,
            language: subscription.language,
            recipients: subscription.recipients.clone(),
            state: PackState::Waiting,
            files,
            made_at: self.env.now(),
            decided_by: None,
            decided_at: None,
            sent_at: None,
            note: None,
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.add_pack(&pack).await?;
        unit.commit().await?;
        Ok(Outcome::Done)
    }

    async fn keep_pack_file(
        &self,
        name: String,
        media_type: &str,
        content: Vec<u8>,
        mailed: bool,
    ) -> Result<PackFile> {
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Ok(PackFile {
            name,
            media_type: media_type.to_owned(),
            sha256: self.files.put(Bytes::from(content)).await?,
            size,
            mailed,
        })
    }

    /// The reports of a pack.
    pub(super) async fn pack_reports(&self, plan: &Plan, language: Language) -> Result<Vec<Made>> {
        let client = plan
            .wish
            .client
            .clone()
            .ok_or_else(|| Error::Invalid("a pack is of one client".into()))?;
        let win_rate = self.win_rate(plan.wish.clone()).await?;
        let factors = self.factor_report(Some(client.clone()), plan.wish.period).await?;
        let sla = figures::sla::report(client, plan.month, self).await?;
        let promised = sla["contracts"].as_array().is_some_and(|all| !all.is_empty());
        // Typesetting takes up to a second.
        let typeset = move || {
            let mut all = vec![
                Made {
                    name: "win-rates",
                    pdf: board::win_rate(&win_rate, language)?,
                    csv: figures::win_rate::csv(&win_rate),
                },
                Made {
                    name: "factors",
                    pdf: board::factors(&factors, language)?,
                    csv: figures::factors::csv(&factors),
                },
            ];
            if promised {
                all.push(Made {
                    name: "service-levels",
                    pdf: board::sla(&sla, language)?,
                    csv: figures::sla::csv(std::slice::from_ref(&sla)),
                });
            }
            Ok(all)
        };
        let made = tokio::task::spawn_blocking(typeset).await;
        made.map_err(|error| Error::Invalid(format!("the reports could not be typeset: {error}").into()))?
    }
}
