//! What a pack was computed from, kept with it as CSV: its cases, its clocks, and all else that its figures go by. Held against the
//! same of today it says what changed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use docket_core::factor::catalogue::CATALOGUE;
use docket_core::factor::levels::recorded;
use docket_core::sla::End;
use docket_core::stats::Figure;
use docket_store::{ClientScope, ReportCase};
use serde::Serialize;
use serde_json::json;

use super::build::Plan;
use crate::error::{Error, Result};
use crate::{Client, Desk, SlaLine, WinRateWish};

/// What reports count of each case.
pub(super) const CASES: &str = "cases.csv";
/// The same of the period before, which *what changed* is taken from.
pub(super) const CASES_BEFORE: &str = "cases-before.csv";
/// Each clock of the service levels.
pub(super) const CLOCKS: &str = "clocks.csv";
/// Fees, contracts, calendars, exclusions and settings.
pub(super) const INPUTS: &str = "inputs.csv";

/// The files.
pub(super) struct Basis {
    pub cases: String,
    pub before: String,
    pub clocks: String,
    pub inputs: String,
}

impl Basis {
    pub(super) fn files(self) -> [(&'static str, String); 4] {
        [
            (CASES, self.cases),
            (CASES_BEFORE, self.before),
            (CLOCKS, self.clocks),
            (INPUTS, self.inputs),
        ]
    }
}

/// A file under way.
struct Sheet(csv::Writer<Vec<u8>>);

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Invalid(format!("what the pack is computed from could not be kept: {error}").into())
}

impl Sheet {
    fn new(head: &[&str]) -> Result<Self> {
        let mut sheet = Self(csv::Writer::from_writer(Vec::new()));
        sheet.0.write_record(head).map_err(failed)?;
        Ok(sheet)
    }

    fn row<const N: usize>(&mut self, cells: [String; N]) -> Result<()> {
        self.0.write_record(cells).map_err(failed)
    }

    fn text(self) -> Result<String> {
        let bytes = self.0.into_inner().map_err(failed)?;
        String::from_utf8(bytes).map_err(failed)
    }
}

fn cases(all: &[ReportCase]) -> Result<String> {
    let mut sheet = Sheet::new(&[
        "id",
        "dispute",
        "opened_on",
        "platform",
        "reason",
        "amount_minor",
        "currency",
        "outcome",
        "contested",
        "answer",
        "stage",
        "connection",
        "kept_minor",
        "factors",
        "evidence",
        "decision",
    ])?;
    for case in all {
        let factors = recorded(&case.levels).map(|(at, level)| format!("{}={level}", CATALOGUE[at].kind));
        sheet.row([
            case.id.to_string(),
            case.dispute.clone(),
            case.opened_on.clone(),
            case.platform.to_string(),
            case.reason.to_string(),
            case.amount.minor.to_string(),
            case.amount.currency.to_string(),
            case.outcome
                .map_or_else(|| "open".to_owned(), |outcome| outcome.to_string()),
            case.contested.to_string(),
            case.answer.to_string(),
            case.stage.to_string(),
            case.connection.to_string(),
            case.kept.map(|kept| kept.to_string()).unwrap_or_default(),
            factors.collect::<Vec<_>>().join(" "),
            case.evidence.clone(),
            case.decision.clone(),
        ])?;
    }
    sheet.text()
}

fn clock(sheet: &mut Sheet, line: &SlaLine<'_>) -> Result<()> {
    let judged = &line.judged;
    // One that runs shows another time at every look.
    let seconds = |time: chrono::TimeDelta| match line.end {
        End::Running => String::new(),
        End::Done(_) | End::Released(_) => time.num_seconds().to_string(),
    };
    let word = |fate| json!(fate).as_str().unwrap_or_default().to_owned();
    sheet.row([
        line.case.to_string(),
        line.dispute.to_owned(),
        format!(
            "{}, contract v{}, round {}",
            line.target, line.version, line.round
        ),
        line.begun.to_rfc3339(),
        word(judged.raw),
        word(judged.adjusted),
        seconds(judged.measured.raw),
        seconds(judged.measured.adjusted),
    ])
}

impl Desk {
    pub(super) async fn pack_basis(&self, plan: &Plan) -> Result<Basis> {
        let all = self.win_rate_cases(&plan.wish, Figure::Received, None).await?;
        let before = match plan.wish.period.before() {
            Some(period) => {
                let wish = WinRateWish {
                    period,
                    ..plan.wish.clone()
                };
                self.win_rate_cases(&wish, Figure::Received, None).await?
            }
            None => Vec::new(),
        };
        let client = plan
            .wish
            .client
            .clone()
            .ok_or_else(|| Error::Invalid("a pack is of one client".into()))?;
        let mut clocks = Sheet::new(&[
            "case",
            "dispute",
            "clock",
            "begun",
            "raw",
            "adjusted",
            "raw_seconds",
            "adjusted_seconds",
        ])?;
        let inputs = self.pack_inputs(&client).await?;
        self.sla_report(client, plan.month, |line| clock(&mut clocks, line))
            .await?;
        Ok(Basis {
            cases: cases(&all)?,
            before: cases(&before)?,
            clocks: clocks.text()?,
            inputs,
        })
    }

    /// All that figures go by and that is no case.
    async fn pack_inputs(&self, client: &Client) -> Result<String> {
        let own = ClientScope::One(client.id);
        let mut sheet = Sheet::new(&["input", "says"])?;
        for fee in self.db.fees(own).await? {
            let (rule, at) = (fee.rule, fee.set_at.to_rfc3339());
            let name = format!(
                "fee rule {} of connection {}, set at {at}",
                rule.kind, rule.connection
            );
            let says = json!({
                "valid_from": rule.valid_from, "amount": rule.amount, "back_on_win": rule.back_on_win, "share_ppm": rule.share_ppm,
            });
            sheet.row([name, says.to_string()])?;
        }
        for fee in &self.settings.fees {
            let name = format!("configured fee at {} in {}", fee.platform, fee.won.currency);
            let says = json!({ "won": fee.won, "lost": fee.lost, "accepted": fee.accepted });
            sheet.row([name, says.to_string()])?;
        }
        for told in self.db.account_sales(own).await? {
            let (month, at) = (told.month.format("%Y-%m"), told.told_at.to_rfc3339());
            let name = format!("sales of connection {} in {month}, told at {at}", told.connection);
            sheet.row([name, format!("{} in {}", told.amount, told.sales)])?;
        }
        for (_, held) in self.db.sla_contracts(own).await? {
            sheet.row([format!("contract v{}", held.version), json!(held).to_string()])?;
        }
        for (_, held) in self.db.sla_calendars(own).await? {
            let name = format!("calendar {} v{}", held.calendar.name, held.version);
            sheet.row([name, json!(held).to_string()])?;
        }
        for exclusion in self.db.sla_exclusions(own).await? {
            sheet.row([
                format!("exclusion {}", exclusion.id),
                json!(exclusion).to_string(),
            ])?;
        }
        // How fast the client answered is a factor that no case holds.
        for asked in self.db.asked(own, DateTime::UNIX_EPOCH).await? {
            let at = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| at.to_rfc3339());
            let name = format!("question asked at {}", asked.asked_at.to_rfc3339());
            let says = json!({ "answered_at": at(asked.answered_at), "state": asked.state });
            sheet.row([name, says.to_string()])?;
        }
        for connection in self.db.connections(own).await? {
            for setting in self.db.settings_history(own, connection.id).await? {
                let (item, from, at) = (&setting.item, setting.valid_from, setting.recorded_at);
                let (from, at) = (from.to_rfc3339(), at.to_rfc3339());
                let name = format!(
                    "{item} of connection {} from {from}, recorded at {at}",
                    connection.id
                );
                sheet.row([name, setting.value])?;
            }
        }
        sheet.text()
    }
}

/// One thing that is another now: what was said of it and what is, each only where it differs; none where it was not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it was.
    pub before: Option<String>,
    /// What it is now.
    pub after: Option<String>,
}

/// The cells of a row with the names of their columns.
type Cells = Vec<(String, String)>;

/// Rows by their keys.
type Rows = BTreeMap<Vec<String>, Cells>;

/// The rows of a CSV in their order.
fn cells(text: &str) -> Result<Vec<Cells>> {
    let damaged = |e: csv::Error| Error::Invalid(format!("a file of the pack is no CSV: {e}").into());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().map_err(damaged)?.clone();
    let rows = reader.records().map(|row| {
        let row = row.map_err(damaged)?;
        let pairs = head.iter().zip(row.iter());
        Ok(pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    });
    rows.collect()
}

fn rows(text: &str, keys: usize) -> Result<Rows> {
    let by_key = cells(text)?.into_iter().map(|mut row| {
        let rest = row.split_off(keys.min(row.len()));
        (row.into_iter().map(|(_, value)| value).collect(), rest)
    });
    Ok(by_key.collect())
}

/// Columns that tell when and of whom, and are no figures: a client may be renamed.
const NO_FIGURES: [&str; 2] = ["as_of", "client_name"];

/// Rows that list what stands behind figures, by the column `view`: the pack's other files say what of it changed.
const LISTS: [&str; 3] = ["breach", "exclusion", "calendar"];

/// Rows of the factor report, by the column `row`, of what came after the opening.
const AFTER: &str = "after_opening";

/// Whether two reports say the same figures in the columns that both have.
pub(super) fn same_figures(before: &str, after: &str) -> Result<bool> {
    let figures = |text: &str| -> Result<Vec<Cells>> {
        let mut rows = cells(text)?;
        rows.retain(|row| {
            let view = row.iter().find(|(name, _)| name == "view");
            view.is_none_or(|(_, view)| !LISTS.contains(&view.as_str()))
        });
        Ok(rows)
    };
    let (mut before, mut after) = (figures(before)?, figures(after)?);
    // Packs of before have no counts of what came after the opening.
    let counts = |row: &Cells| row.iter().any(|(name, value)| name == "row" && value == AFTER);
    if !(before.iter().any(counts) && after.iter().any(counts)) {
        before.retain(|row| !counts(row));
        after.retain(|row| !counts(row));
    }
    let alike = |(one, other): (&Cells, &Cells)| {
        let other: BTreeMap<_, _> = other.iter().map(|(name, value)| (name, value)).collect();
        let common = one
            .iter()
            .filter(|(name, _)| !NO_FIGURES.contains(&name.as_str()));
        let mut common = common.filter_map(|(name, value)| Some((value, *other.get(name)?)));
        common.all(|(one, other)| one == other)
    };
    Ok(before.len() == after.len() && before.iter().zip(&after).all(alike))
}

/// What differs in columns that both files have, by key, the first `keys` columns.
pub(super) fn differences(before: &str, after: &str, keys: usize) -> Result<Vec<(Vec<String>, Difference)>> {
    let (before, after) = (rows(before, keys)?, rows(after, keys)?);
    let all: BTreeSet<&Vec<String>> = before.keys().chain(after.keys()).collect();
    let said = |cells: Option<&Cells>, other: Option<&Cells>| {
        cells.map(|cells| {
            let differs = cells.iter().filter(|(name, value)| {
                let same = other.and_then(|other| other.iter().find(|(n, _)| n == name));
                other.is_none() || same.is_some_and(|(_, there)| there != value)
            });
            let parts: Vec<String> = differs.map(|(name, value)| format!("{name} {value}")).collect();
            parts.join("; ")
        })
    };
    let each = all.into_iter().filter_map(|key| {
        let (old, new) = (before.get(key), after.get(key));
        let difference = Difference {
            before: said(old, new),
            after: said(new, old),
        };
        (difference.before != difference.after).then(|| (key.clone(), difference))
    });
    Ok(each.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_named_with_both_sides() {
        let head = "id,dispute,outcome,reason\n";
        let before = format!("{head}a,PP-1,open,x\nb,PP-2,won,x\nc,\"PP,3\",lost,x\n");
        let after = format!("{head}a,PP-1,won,x\nb,PP-2,won,x\nd,PP-4,open,x\n");
        let found: Vec<(String, Option<String>, Option<String>)> = differences(&before, &after, 2)
            .unwrap()
            .into_iter()
            .map(|(key, d)| (key[1].clone(), d.before, d.after))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                ("PP-1".to_owned(), some("outcome open"), some("outcome won")),
                ("PP,3".to_owned(), some("outcome lost; reason x"), None),
                ("PP-4".to_owned(), None, some("outcome open; reason x")),
            ]
        );
        assert_eq!(differences(&before, &before, 2).unwrap(), []);
        assert!(same_figures("n,as_of\n1,monday\n", "n,as_of,client\n1,friday,c\n").unwrap());
        assert!(same_figures("n,client_name\n1,Acme\n", "n,client_name\n1,Acme GmbH\n").unwrap());
        assert!(!same_figures("n,as_of\n1,monday\n", "n,as_of\n2,monday\n").unwrap());
        assert!(!same_figures("n\n1\n", "n\n1\n1\n").unwrap());
        assert!(same_figures("n,view\n1,raw\n", "n,view\n1,raw\n,breach\n").unwrap());
        let (old, new) = ("row,n\nlevel,1\n", "row,n\nlevel,1\nafter_opening,1\n");
        assert!(same_figures(old, new).unwrap(), "no pack of before has it");
        assert!(!same_figures(new, "row,n\nlevel,1\nafter_opening,2\n").unwrap());
    }

    #[test]
    fn columns_that_an_older_pack_did_not_keep_are_no_difference() {
        let before = "id,dispute,outcome\na,PP-1,open\n";
        let after = "id,dispute,outcome,factors\na,PP-1,open,carrier=dhl\n";
        assert_eq!(differences(before, after, 2).unwrap(), []);
    }
}
