//! The tables of the win-rate report: rates, counts, amounts, reasons beside platforms.

use docket_documents::board::{Block, Column, Table};
use serde_json::Value;

use super::super::Detail;
use super::super::say::{Say, list, text};
use super::left_out;
use crate::GroupBy;
use crate::figures::shown::{groups_left_out, largest};

/// The groups that go on paper, and the whole.
pub(super) struct Rows<'a> {
    by: GroupBy,
    named: Vec<(String, &'a Value)>,
    total: (String, &'a Value),
    all: usize,
}

const COUNTS: [&str; 10] = [
    "received",
    "open",
    "contested",
    "won",
    "won_protected",
    "partial",
    "lost",
    "lost_no_response",
    "protected_unanswered",
    "unknown",
];

pub(in super::super) fn column(head: String, share: f32, right: bool) -> Column {
    Column { head, share, right }
}

impl<'a> Rows<'a> {
    pub(super) fn of(
        say: Say,
        by: GroupBy,
        groups: &'a [Value],
        names: Vec<String>,
        total: &'a Value,
        detail: Detail,
    ) -> Self {
        let all: Vec<(String, &Value)> = names.into_iter().zip(groups).collect();
        // Of months the newest; the other groups have no order of their own.
        let named = match by {
            GroupBy::Month => all[all.len().saturating_sub(detail.rows)..].to_vec(),
            _ => {
                let cases = |(_, group): &(String, &Value)| group["received"].as_u64().unwrap_or(0);
                largest(&all, detail.rows, cases).into_iter().cloned().collect()
            }
        };
        Self {
            by,
            named,
            total: (say.plain("total"), total),
            all: groups.len(),
        }
    }

    pub(super) fn shown(&self) -> impl Iterator<Item = (&str, &'a Value)> {
        self.named.iter().map(|(name, group)| (name.as_str(), *group))
    }

    fn with_total(&self) -> impl Iterator<Item = (&str, &'a Value)> {
        self.shown().chain([(self.total.0.as_str(), self.total.1)])
    }

    /// What does not stand on paper.
    pub(super) fn left_out(&self, say: Say) -> Option<Block> {
        let places = [
            ("shown", self.named.len().to_string()),
            ("all", self.all.to_string()),
        ];
        (self.named.len() < self.all).then(|| Block::Note(say.with(groups_left_out(self.by), &places)))
    }

    fn head(&self, say: Say) -> Column {
        column(say.head(&format!("by.{}", self.by.as_str())), 1.5, false)
    }

    pub(super) fn rates(&self, say: Say) -> Table {
        let mut columns = vec![self.head(say)];
        let mut keys = vec!["win_rate", "at_fixed_mix", "coverage", "on_time"];
        let clients = self.by == GroupBy::Client;
        keys.extend(clients.then_some("shrunk"));
        columns.extend(
            keys.into_iter()
                .map(|key| column(say.plain(&format!("rate.{key}")), 2.0, false)),
        );
        let row = |(name, group): (&str, &Value)| {
            let mut row = vec![
                marked(say, name, group),
                say.rate(&group["win_rate"], "none_decided"),
                mixed(say, &group["at_fixed_mix"]),
                say.rate(&group["coverage"], "none_contestable"),
                say.rate(&group["on_time"], "no_deadline_known"),
            ];
            row.extend(clients.then(|| shrunk(say, &group["shrunk"])));
            row
        };
        Table {
            columns,
            rows: self.with_total().map(row).collect(),
            total: true,
        }
    }

    /// What became of the cases, in two tables: side by side the columns' heads break in no language.
    pub(super) fn counts(&self, say: Say) -> [Table; 2] {
        let (first, second) = COUNTS.split_at(7);
        [self.count(say, first, false), self.count(say, second, true)]
    }

    fn count(&self, say: Say, keys: &[&str], others: bool) -> Table {
        let mut columns = vec![self.head(say)];
        let head = |key: &&str| column(say.plain(&format!("count.{key}")), 0.95, true);
        columns.extend(keys.iter().map(head));
        columns.extend(others.then(|| column(say.plain("no_contest"), 4.0, false)));
        let row = |(name, group): (&str, &Value)| {
            let mut cells = vec![name.to_owned()];
            cells.extend(keys.iter().map(|key| say.number(&group[*key])));
            cells.extend(others.then(|| no_contest(say, group)));
            cells
        };
        Table {
            columns,
            rows: self.with_total().map(row).collect(),
            total: true,
        }
    }

    /// Of each group, or of the whole alone; of many currencies those with most cases.
    pub(super) fn amounts(&self, say: Say, detail: Detail) -> Vec<Block> {
        let all = list(&self.total.1["amounts"]);
        let received = |one: &Value| one["retained"]["cases"].as_u64().unwrap_or(0);
        let currencies: Vec<&str> = largest(all, detail.others, received)
            .into_iter()
            .map(|one| text(one, "currency"))
            .collect();
        let note = left_out(say, "currencies", currencies.len(), all.len());
        let table = Block::Table(self.of_currencies(say, detail.second, &currencies));
        note.into_iter().chain([table]).collect()
    }

    fn of_currencies(&self, say: Say, each: bool, currencies: &[&str]) -> Table {
        let mut columns = vec![self.head(say)];
        columns.extend(
            ["win_rate", "net_recovery", "retained"]
                .map(|key| column(say.plain(&format!("amount.{key}")), 2.4, false)),
        );
        columns.extend(
            ["platform_fees", "agency_fees", "net_benefit"]
                .map(|key| column(say.plain(&format!("amount.{key}")), 1.3, true)),
        );
        let lines = self.with_total().skip(if each { 0 } else { self.named.len() });
        let row = |name: &str, one: &Value| {
            vec![
                format!("{name}, {}", text(one, "currency")),
                say.share(&one["win_rate"]),
                say.share(&one["net_recovery"]),
                say.share(&one["retained"]),
                say.money(&one["fees"]["platform"]),
                say.money(&one["fees"]["agency"]),
                say.money(&one["net_benefit"]),
            ]
        };
        let rows = lines.flat_map(|(name, group)| {
            let name = marked(say, name, group);
            let shown = list(&group["amounts"])
                .iter()
                .filter(|one| currencies.contains(&text(one, "currency")));
            shown.map(move |one| row(&name, one))
        });
        Table {
            columns,
            rows: rows.collect(),
            // Each currency has its own sum.
            total: false,
        }
    }
}

/// A group's name, with a mark where too much of it is still open.
fn marked(say: Say, name: &str, group: &Value) -> String {
    if group["immature"] == true {
        format!("{name} ({})", say.plain("immature"))
    } else {
        name.to_owned()
    }
}

/// The rate at the report's mix; the whole is the mix.
pub(super) fn mixed(say: Say, value: &Value) -> String {
    let covers = || {
        [
            ("covers", say.number(&value["covers"])),
            ("of", say.number(&value["of"])),
        ]
    };
    match text(value, "state") {
        // Of a part of the mix only: another group may lack another part.
        "percent" if value["covers"] != value["of"] => format!(
            "{} % ({}); {}",
            say.number(&value["percent"]),
            say.interval(value),
            say.with("mix_covers", &covers())
        ),
        "percent" => format!("{} % ({})", say.number(&value["percent"]), say.interval(value)),
        "immature" => say.plain("not_compared"),
        "too_few" => say.plain("too_few"),
        "missing" => say.with("mix_covers", &covers()),
        _ => say.plain("is_the_mix"),
    }
}

/// The rate shrunk towards that of all others.
fn shrunk(say: Say, value: &Value) -> String {
    match &value["percent"] {
        Value::Null => say.plain("not_shrunk"),
        percent => format!("{} % ({})", say.number(percent), say.interval(value)),
    }
}

fn no_contest(say: Say, group: &Value) -> String {
    let words = group["no_contest"].as_object().into_iter().flatten();
    let parts: Vec<String> = words
        .map(|(word, n)| format!("{n} {}", say.0.word("outcome", word)))
        .collect();
    if parts.is_empty() {
        "0".to_owned()
    } else {
        parts.join(", ")
    }
}

/// What is not known of amounts, for each currency in which anything is not.
pub(super) fn unknown(say: Say, total: &Value) -> impl Iterator<Item = String> {
    let mut says = Vec::new();
    if total["on_time_undated"] != 0 {
        says.push(say.with("undated", &[("n", say.number(&total["on_time_undated"]))]));
    }
    for one in list(&total["amounts"]) {
        for fees in list(&one["fees_elsewhere"]) {
            let currency = text(one, "currency").to_owned();
            says.push(say.with(
                "fees_elsewhere",
                &[("currency", currency), ("amount", say.money(fees))],
            ));
        }
        for key in ["fees_unknown", "partial_unknown"] {
            if one[key] != 0 {
                let currency = text(one, "currency").to_owned();
                says.push(say.with(key, &[("n", say.number(&one[key])), ("currency", currency)]));
            }
        }
    }
    says.into_iter()
}

pub(super) fn heat(say: Say, strata: &[Value], platforms: &[&str], reasons: &[&str]) -> Table {
    let mut columns = vec![column(say.head("by.reason"), 1.5, false)];
    columns.extend(
        platforms
            .iter()
            .map(|platform| column(say.platform(platform), 2.0, false)),
    );
    let cell = |platform: &str, reason: &str| {
        let mut found = strata
            .iter()
            .filter(|s| text(s, "platform") == platform && text(s, "reason") == reason);
        found.next().map_or_else(
            || say.plain("none_decided"),
            |s| say.rate(&s["win_rate"], "none_decided"),
        )
    };
    let row = |reason: &&str| {
        let mut cells = vec![say.0.word("reason", reason)];
        cells.extend(platforms.iter().map(|platform| cell(platform, reason)));
        cells
    };
    Table {
        columns,
        rows: reasons.iter().map(row).collect(),
        total: false,
    }
}

/// Accounts with what was claimed of what they sold.
pub(super) fn health(say: Say, accounts: &[&Value]) -> Table {
    let percent = |value: &Value| match value {
        Value::Null => say.plain("health.none"),
        percent => format!("{} %", say.number(percent)),
    };
    let row = |one: &&Value| {
        let limit = match &one["above_limit"] {
            Value::Null => String::new(),
            above => format!(
                "; {}",
                say.plain(if above == true {
                    "health.above"
                } else {
                    "health.below"
                })
            ),
        };
        let sales = match &one["sales"] {
            Value::Null => say.plain("health.not_told"),
            sales => say.number(sales),
        };
        vec![
            format!(
                "{}, {}",
                say.platform(text(one, "platform")),
                text(one, "currency")
            ),
            say.number(&one["claims"]),
            say.money(&one["claimed"]),
            sales,
            if one["sold"].is_null() {
                say.plain("health.not_told")
            } else {
                say.money(&one["sold"])
            },
            format!("{}{limit}", percent(&one["percent_by_amount"])),
            percent(&one["percent_by_count"]),
        ]
    };
    let columns = [
        ("account", 1.4, false),
        ("claims", 0.8, true),
        ("claimed", 1.3, true),
        ("sales", 0.9, true),
        ("sold", 1.4, true),
        ("by_amount", 2.0, false),
        ("by_count", 1.1, false),
    ];
    Table {
        columns: columns
            .map(|(key, share, right)| column(say.plain(&format!("health.{key}")), share, right))
            .into(),
        rows: accounts.iter().map(row).collect(),
        total: false,
    }
}
