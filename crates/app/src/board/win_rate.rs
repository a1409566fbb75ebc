//! The win-rate report on paper.

mod tables;

use docket_core::factor::catalogue::{SEVERAL, UNKNOWN};
use docket_core::words::Language;
use docket_documents::board::{Bars, Block, Board, Key, Mark, Plot, report_words};
use serde_json::Value;

pub(super) use self::tables::column;
use super::say::{Say, axis, list, percents, text};
use super::{Detail, fit};
use super::{LogEntry, letters, marks};
use crate::error::Result;
use crate::figures::shown::{at_fixed_mix, largest};
use crate::figures::win_rate as figures;
use crate::{AmountBand, Changed, GroupBy, WinRateReport};

/// The report as PDF.
///
/// # Errors
/// When the file cannot be written.
pub fn win_rate(report: &WinRateReport, language: Language) -> Result<Vec<u8>> {
    let say = Say(report_words(language));
    let figures = figures::all(report);
    fit(|detail| page(say, report, &figures, detail))
}

fn page(say: Say, report: &WinRateReport, figures: &Value, detail: Detail) -> Board {
    let wish = &report.wish;
    let whose = wish
        .client
        .as_ref()
        .map_or_else(|| say.plain("all_clients"), |client| client.name.clone());
    let cohort = if wish.closed {
        "period_closed"
    } else {
        "period_opened"
    };
    let mut about = vec![
        say.with("whose", &[("name", whose.clone())]),
        say.days(cohort, wish.period),
        say.as_of(report.as_of),
    ];
    if let Some(currency) = wish.currency {
        about.push(say.with("one_currency", &[("currency", currency.to_string())]));
    }
    let mut blocks = Vec::new();
    if wish.closed {
        blocks.push(Block::Text(say.plain("no_cohort")));
    }
    if figures["total"]["received"] == 0 {
        let none = if wish.closed {
            "nothing_closed"
        } else {
            "nothing_opened"
        };
        blocks.push(Block::Text(say.plain(none)));
    } else {
        body(say, report, figures, detail, &mut blocks);
    }
    blocks.extend([
        Block::Heading(say.plain("definitions")),
        Block::Note(say.plain("definition")),
        Block::Note(say.plain("money_definition")),
        Block::Note(say.plain("win_rate_notes")),
        Block::Note(say.plain("no_uplift")),
    ]);
    Board {
        title: say.plain("win_rate_title"),
        about,
        language: say.0.language(),
        id: format!(
            "docket-win-rate-{}-{}",
            text(figures, "client"),
            report.as_of.timestamp()
        ),
        at: report.as_of,
        footer: format!("{whose} · {}", say.plain("win_rate_title")),
        blocks,
    }
}

fn body(say: Say, report: &WinRateReport, figures: &Value, detail: Detail, blocks: &mut Vec<Block>) {
    let total = &figures["total"];
    blocks.push(Block::Keys(keys(say, total)));
    if total["immature"] == true {
        blocks.push(Block::Text(say.plain("immature_total")));
    }
    blocks.push(Block::Heading(say.plain("funnel")));
    blocks.push(Block::Bars(funnel(say, total)));
    let groups = list(&figures["groups"]);
    let names: Vec<String> = groups
        .iter()
        .map(|group| name(say, report.wish.by, text(group, "key")))
        .collect();
    let rows = tables::Rows::of(say, report.wish.by, groups, names, total, detail);
    let by = say.0.word("by", report.wish.by.as_str());
    let log: &[LogEntry] = if report.wish.by == GroupBy::Month {
        &report.log
    } else {
        &[]
    };
    let marked = marks(log, detail.others);
    let mix = at_fixed_mix(report.wish.by);
    let plot = trend(say, &rows, &marked, mix);
    if plot.marks.len() > 1 {
        let title = if mix { "trend_mix" } else { "trend" };
        blocks.push(Block::Heading(say.with(title, &[("by", by.clone())])));
        blocks.push(Block::Plot(plot));
    }
    let changes = marked
        .iter()
        .map(|(letter, entry)| Block::Note(entry.line(say, letter)));
    blocks.extend(changes);
    blocks.extend(left_out(say, "changes", marked.len(), log.len()));
    blocks.push(Block::Heading(say.with("by_group", &[("by", by)])));
    blocks.extend(rows.left_out(say));
    blocks.push(Block::Table(rows.rates(say)));
    blocks.extend((report.wish.by == GroupBy::Client).then(|| Block::Note(say.plain("shrunk_definition"))));
    blocks.extend(rows.counts(say).map(Block::Table));
    blocks.extend(heat(say, figures, detail.others));
    blocks.push(Block::Heading(say.plain("amounts")));
    blocks.extend(rows.amounts(say, detail));
    blocks.extend(tables::unknown(say, total).map(Block::Note));
    blocks.push(Block::Heading(say.plain("changed")));
    blocks.extend(
        changed(say, report.change, &figures["change"])
            .into_iter()
            .map(Block::Text),
    );
    let accounts = list(&figures["account_health"]);
    if !accounts.is_empty() {
        let shown = largest(accounts, detail.others, |one| one["claims"].as_u64().unwrap_or(0));
        blocks.push(Block::Heading(say.plain("health")));
        blocks.extend(left_out(say, "accounts", shown.len(), accounts.len()));
        blocks.push(Block::Table(tables::health(say, &shown)));
        blocks.push(Block::Note(say.plain("health_definition")));
    }
}

fn keys(say: Say, total: &Value) -> Vec<Key> {
    let rate = |key: &str, nothing: &str| Key {
        label: say.plain(&format!("rate.{key}")),
        main: say.main(&total[key], nothing),
        detail: say.detail(&total[key]),
    };
    let mut keys = vec![
        rate("win_rate", "none_decided"),
        rate("coverage", "none_contestable"),
        rate("on_time", "no_deadline_known"),
    ];
    // Amounts of several currencies are no one figure.
    if let [one] = list(&total["amounts"]) {
        keys.push(Key {
            label: say.plain("amount.retained"),
            main: say.money(&one["retained"]["part"]),
            detail: say.share(&one["retained"]),
        });
    }
    keys
}

fn funnel(say: Say, total: &Value) -> Bars {
    let received = total["received"].as_f64().unwrap_or_default().max(1.0);
    let row = |step: &Value| {
        let cases = &step["cases"];
        let percent = serde_json::json!(cases.as_f64().unwrap_or_default() / received * 100.0);
        let figures = match &step["of_before"] {
            Value::Null => say.number(cases),
            of => format!(
                "{}; {}",
                say.number(cases),
                say.with("of_before", &[("rate", say.rate(of, "none"))])
            ),
        };
        (say.0.word("step", text(step, "figure")), axis(&percent), figures)
    };
    Bars {
        rows: list(&total["funnel"]).iter().map(row).collect(),
        caption: say.plain("funnel_caption"),
    }
}

/// Groups whose percentages may be shown and compared.
fn trend(say: Say, rows: &tables::Rows<'_>, marked: &[(String, &LogEntry)], mix: bool) -> Plot {
    let key = if mix { "at_fixed_mix" } else { "win_rate" };
    let shown = rows
        .shown()
        .filter(|(_, group)| group["immature"] == false && !group[key]["percent"].is_null());
    let shown: Vec<(&str, &Value)> = shown.collect();
    let keys: Vec<&str> = shown.iter().map(|(_, group)| text(group, "key")).collect();
    let mark = |((name, group), letters): (&(&str, &Value), String)| {
        let rate = &group[key];
        Mark {
            label: format!("{name} {letters}").trim_end().to_owned(),
            low: axis(&rate["low"]),
            at: axis(&rate["percent"]),
            high: axis(&rate["high"]),
            hollow: rate["weak"] == true,
            text: if mix {
                tables::mixed(say, rate)
            } else {
                format!("{} ({})", say.main(rate, "none_decided"), say.detail(rate))
            },
        }
    };
    Plot {
        axis: percents(),
        rule: None,
        marks: shown.iter().zip(letters(marked, &keys)).map(mark).collect(),
        caption: say.plain(if mix {
            "trend_caption_mix"
        } else if marked.is_empty() {
            "trend_caption"
        } else {
            "trend_caption_log"
        }),
    }
}

/// What a group is called.
fn name(say: Say, by: GroupBy, key: &str) -> String {
    match by {
        GroupBy::Month | GroupBy::Currency | GroupBy::Client => key.to_owned(),
        GroupBy::Specialist if key == "nobody" => say.plain("nobody"),
        GroupBy::Specialist => key.to_owned(),
        GroupBy::Country | GroupBy::Product if [UNKNOWN, SEVERAL].contains(&key) => say.0.word("level", key),
        GroupBy::Country | GroupBy::Product => key.to_owned(),
        GroupBy::Reason => say.0.word("reason", key),
        GroupBy::Platform => say.platform(key),
        GroupBy::Stage => say.0.word("stage", key),
        GroupBy::Evidence => say.0.word("evidence", key),
        GroupBy::Decision => say.0.word("decision", key),
        GroupBy::Amount => AmountBand::read(key).map_or_else(
            || key.to_owned(),
            |(currency, band)| format!("{currency} {}", say.0.word("band", band.name)),
        ),
    }
}

/// What a list leaves out, and where it stands.
fn left_out(say: Say, what: &str, shown: usize, all: usize) -> Option<Block> {
    let places = [("shown", shown.to_string()), ("all", all.to_string())];
    (shown < all).then(|| Block::Note(say.with(&format!("left_out_{what}"), &places)))
}

/// Reasons beside platforms; of many reasons those with most decided cases.
fn heat(say: Say, figures: &Value, most: usize) -> Vec<Block> {
    let strata = list(&figures["strata"]);
    let unique = |key: &str| {
        let mut found: Vec<(&str, u64)> = Vec::new();
        for stratum in strata {
            let (word, n) = (text(stratum, key), stratum["win_rate"]["n"].as_u64().unwrap_or(0));
            match found.iter_mut().find(|(known, _)| *known == word) {
                Some((_, cases)) => *cases += n,
                None => found.push((word, n)),
            }
        }
        found
    };
    if strata.is_empty() {
        return Vec::new();
    }
    let (platforms, all) = (unique("platform"), unique("reason"));
    let platforms: Vec<&str> = platforms.into_iter().map(|(word, _)| word).collect();
    let reasons: Vec<&str> = largest(&all, most, |(_, n)| *n)
        .into_iter()
        .map(|(word, _)| *word)
        .collect();
    let mut blocks = vec![Block::Heading(say.plain("heat"))];
    blocks.extend(left_out(say, "reasons", reasons.len(), all.len()));
    blocks.push(Block::Table(tables::heat(say, strata, &platforms, &reasons)));
    blocks
}

/// What changed since the period before, in sentences.
fn changed(say: Say, changed: Changed, change: &Value) -> Vec<String> {
    let state = text(change, "state");
    let Changed::Since(before, _) = changed else {
        let places = ["open", "received", "open_before", "received_before"];
        let places = places.map(|name| (name, say.number(&change[name])));
        return vec![say.with(&format!("change.{state}"), &places)];
    };
    let rate = |key: &str| say.rate(&change[key], "none_decided");
    let [from, to] = say.first_and_last(before);
    let places = [from, to, ("before", rate("before")), ("after", rate("after"))];
    let mut says = vec![say.with("change.rates", &places)];
    if state == "parts" {
        says.push(say.with("change.total", &[("total", say.points(&change["total"]))]));
        says.push(say.with("change.mix", &[("mix", say.points(&change["mix"]))]));
        let places = [
            ("rates", say.points(&change["rates"])),
            ("before", say.number(&change["common"]["before"])),
            ("all_before", say.number(&change["before"]["n"])),
            ("after", say.number(&change["common"]["after"])),
            ("all_after", say.number(&change["after"]["n"])),
        ];
        says.push(match change["rates"] {
            Value::Null => say.plain("change.no_common"),
            _ => say.with("change.within", &places),
        });
    } else {
        says.push(say.plain("change.too_few"));
    }
    says
}
