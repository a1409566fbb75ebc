//! The factor report on paper.

mod model;

use docket_core::factor::Subject;
use docket_core::stats::{Beside, Level};
use docket_core::words::Language;
use docket_documents::board::{Block, Board, Key, Mark, Plot, Table, report_words};
use serde_json::{Value, json};

use super::say::{Say, axis, text};
use super::win_rate::column;
use super::{Detail, fit};
use crate::FactorsReport;
use crate::error::Result;
use crate::figures::factors as figures;

/// Lines of what to fix first that go on paper at most.
const FIRST: usize = 12;

/// The report as PDF.
///
/// # Errors
/// When the file cannot be written.
pub fn factors(report: &FactorsReport, language: Language) -> Result<Vec<u8>> {
    let say = Say(report_words(language));
    fit(|detail| page(say, report, detail))
}

fn page(say: Say, report: &FactorsReport, detail: Detail) -> Board {
    let whose = report
        .client
        .as_ref()
        .map_or_else(|| say.plain("all_clients"), |client| client.name.clone());
    let figures = figures::total(report);
    let mut blocks = vec![Block::Text(say.plain("disclaimer"))];
    if report.report.total.rate().n() == 0 {
        blocks.push(Block::Text(say.plain("nothing_decided")));
    } else {
        body(say, report, &figures, detail, &mut blocks);
    }
    blocks.extend([
        Block::Heading(say.plain("definitions")),
        Block::Note(say.plain("factor_definition")),
        Block::Note(say.plain("amount_definition")),
    ]);
    let id = report
        .client
        .as_ref()
        .map(|c| c.id.to_string())
        .unwrap_or_default();
    Board {
        title: say.plain("factors_title"),
        about: vec![
            say.with("whose", &[("name", whose.clone())]),
            say.days("period_opened", report.period),
            say.as_of(report.as_of),
        ],
        language: say.0.language(),
        id: format!("docket-factors-{id}-{}", report.as_of.timestamp()),
        at: report.as_of,
        footer: format!("{whose} · {}", say.plain("factors_title")),
        blocks,
    }
}

fn body(say: Say, report: &FactorsReport, total: &Value, detail: Detail, blocks: &mut Vec<Block>) {
    blocks.push(Block::Keys(keys(say, total)));
    if report.report.total.immature() {
        blocks.push(Block::Strong(say.plain("factors_immature")));
        if let Some(day) = report.mature_to {
            blocks.push(Block::Text(
                say.with("factors_mature_to", &[("day", say.0.day(day))]),
            ));
        }
    }
    if report.client.is_none() {
        blocks.push(Block::Text(say.plain("pooled")));
    }
    blocks.push(Block::Heading(say.plain("fix_first")));
    fix_first(say, report, detail.others.min(FIRST), blocks);
    let levels = levels(report);
    let compared: Vec<&Value> = levels
        .iter()
        .filter(|l| l["beside"]["state"] == "compared" && told(l))
        .take(detail.rows)
        .collect();
    if !compared.is_empty() {
        blocks.push(Block::Heading(say.plain("forest")));
        blocks.push(Block::Plot(forest(say, &compared)));
    }
    blocks.push(Block::Heading(say.plain("levels")));
    let shown: Vec<&Value> = levels.iter().filter(|l| told(l)).take(detail.rows).collect();
    if shown.len() < levels.len() {
        let places = [
            ("shown", shown.len().to_string()),
            ("all", levels.len().to_string()),
        ];
        blocks.push(Block::Note(say.with("left_out_levels", &places)));
    }
    blocks.push(Block::Table(table(say, &shown)));
    let untold: Vec<String> = report
        .report
        .untold
        .iter()
        .map(|one| factor(say, &one.to_string()))
        .collect();
    if !untold.is_empty() {
        blocks.push(Block::Note(
            say.with("factors_untold", &[("factors", untold.join(", "))]),
        ));
    }
    if !report.report.settings_told() {
        blocks.push(Block::Note(say.plain("settings_untold")));
    }
    blocks.extend(model::blocks(say, &figures::model(&report.model), detail.rows));
    if !report.report.after.is_empty() {
        blocks.push(Block::Heading(say.plain("after_opening")));
        blocks.push(Block::Note(say.plain("after_definition")));
        blocks.push(Block::Table(after(say, report)));
    }
}

/// Named before, or beyond chance, with the level that those are compared with: the others stand in the CSV.
fn told(level: &Value) -> bool {
    level["told"] == true
}

/// Every level with its factor.
fn levels(report: &FactorsReport) -> Vec<Value> {
    let tables = report.report.factors.iter();
    let each = tables.flat_map(|table| {
        let beyond = |level: &Level| matches!(level.beside, Beside::Compared { stands_out: true, .. });
        let any = table.levels.iter().any(beyond);
        table.levels.iter().map(move |level| {
            let mut value = figures::level(level);
            let reference = any && level.beside == Beside::Reference;
            value["told"] = json!(table.subject.pre_named() || reference || beyond(level));
            value["factor"] = json!(table.subject);
            value["pre_named"] = json!(table.subject.pre_named());
            value
        })
    });
    each.collect()
}

/// A factor of the catalogue, or an item of a settings checklist.
fn factor(say: Say, word: &str) -> String {
    match word.parse::<Subject>() {
        Ok(ref subject @ Subject::Setting(platform, _)) => {
            let places = [
                ("what", subject.what()),
                ("platform", platform.title().to_owned()),
            ];
            say.with("setting_at", &places)
        }
        _ => say.0.word("factor", word),
    }
}

/// What to do about it.
fn advice(say: Say, subject: &Subject) -> String {
    match subject {
        Subject::Kind(kind) => say.0.word("advice", kind.as_str()),
        Subject::Setting(..) => say.plain("setting_advice"),
    }
}

fn name(say: Say, value: &Value) -> String {
    let factor = factor(say, text(value, "factor"));
    format!("{factor}: {}", say.0.word("level", text(value, "level")))
}

fn keys(say: Say, total: &Value) -> Vec<Key> {
    let open = [
        ("open", say.number(&total["open"])),
        ("received", say.number(&total["received"])),
    ];
    let immature = if total["immature"] == true {
        "immature_open"
    } else {
        "left_out_open"
    };
    let rate = |key: &str, nothing: &str| Key {
        label: say.plain(&format!("rate.{key}")),
        main: say.main(&total[key], nothing),
        detail: say.detail(&total[key]),
    };
    vec![
        rate("win_rate", "none_decided"),
        rate("coverage", "none_contestable"),
        Key {
            label: say.plain("count.open"),
            main: say.with("of", &[("hits", open[0].1.clone()), ("n", open[1].1.clone())]),
            detail: say.plain(immature),
        },
    ]
}

fn fix_first(say: Say, report: &FactorsReport, most: usize, blocks: &mut Vec<Block>) {
    let first = &report.report.first;
    if first.list.is_empty() {
        blocks.push(Block::Text(say.plain("nothing_to_fix")));
    } else {
        let row = |fix: &docket_core::stats::Fix| {
            let value = figures::fix(fix);
            let range = say.with(
                "range",
                &[
                    ("low", say.money(&value["associated_low"])),
                    ("high", say.money(&value["associated_high"])),
                ],
            );
            vec![
                name(say, &value),
                format!("{} ({range})", say.money(&value["associated"])),
                say.money(&value["lost"]),
                say.rate(&value["win_rate"], "none_decided"),
                say.points(&value["difference"]),
            ]
        };
        blocks.push(Block::Table(Table {
            columns: vec![
                column(say.plain("factor_level"), 1.6, false),
                column(say.plain("associated"), 1.7, false),
                column(say.plain("lost_amount"), 1.1, true),
                column(say.plain("rate.win_rate"), 1.5, false),
                column(say.plain("difference"), 1.5, false),
            ],
            rows: first.list.iter().take(most).map(row).collect(),
            total: false,
        }));
        blocks.push(Block::Strong(say.plain("advice")));
        let mut told: Vec<&Subject> = Vec::new();
        for fix in first.list.iter().take(most) {
            if !told.contains(&&fix.subject) {
                told.push(&fix.subject);
                let factor = factor(say, &fix.subject.to_string());
                blocks.push(Block::Text(format!("{factor}: {}", advice(say, &fix.subject))));
            }
        }
        if first.list.len() > most {
            let places = [("shown", most.to_string()), ("all", first.list.len().to_string())];
            blocks.push(Block::Note(say.with("left_out_levels", &places)));
        }
    }
    if first.unproven > 0 {
        blocks.push(Block::Text(
            say.with("unproven", &[("n", first.unproven.to_string())]),
        ));
    }
}

/// A share of an axis from −100 to +100 points.
fn place(points: &Value) -> f32 {
    axis(&json!((points.as_f64().unwrap_or_default() + 100.0) / 2.0))
}

fn forest(say: Say, compared: &[&Value]) -> Plot {
    let mark = |level: &&Value| {
        let difference = &level["beside"]["difference"];
        Mark {
            label: name(say, level),
            low: place(&difference["low"]),
            at: place(&difference["points"]),
            high: place(&difference["high"]),
            hollow: level["beside"]["stands_out"] == false,
            text: say.points(difference),
        }
    };
    let axis = [-100, -50, 0, 50, 100].map(|points| (place(&json!(points)), points.to_string()));
    Plot {
        axis: axis.into(),
        rule: Some(place(&json!(0))),
        marks: compared.iter().map(mark).collect(),
        caption: say.plain("forest_caption"),
    }
}

fn table(say: Say, shown: &[&Value]) -> Table {
    let row = |level: &&Value| {
        let beside = &level["beside"];
        let difference = match &beside["difference"] {
            Value::Null => String::new(),
            points => say.points(points),
        };
        vec![
            name(say, level),
            say.rate(&level["win_rate"], "none_decided"),
            difference,
            odds(say, beside),
            p(say, beside),
            verdict(say, beside),
        ]
    };
    Table {
        columns: vec![
            column(say.plain("factor_level"), 1.8, false),
            column(say.plain("rate.win_rate"), 1.8, false),
            column(say.plain("difference"), 1.5, false),
            column(say.plain("odds_ratio"), 1.3, false),
            column("p".to_owned(), 1.0, false),
            column(say.plain("verdict"), 2.2, false),
        ],
        rows: shown.iter().map(row).collect(),
        total: false,
    }
}

/// What came after the opening.
fn after(say: Say, report: &FactorsReport) -> Table {
    let rows = report.report.after.iter().flat_map(|table| {
        let of = factor(say, &table.subject.to_string());
        table.levels.iter().map(move |level| {
            let words = figures::level_words(&table.subject);
            let rate = &figures::after(level)["win_rate"];
            vec![
                format!("{of}: {}", say.0.word(words, &level.name)),
                say.rate(rate, "none_decided"),
            ]
        })
    });
    Table {
        columns: vec![
            column(say.plain("factor_level"), 2.0, false),
            column(say.plain("rate.win_rate"), 2.0, false),
        ],
        rows: rows.collect(),
        total: false,
    }
}

fn odds(say: Say, beside: &Value) -> String {
    if beside["state"] != "compared" {
        return String::new();
    }
    match &beside["odds_ratio"] {
        Value::Null => say.plain("no_odds"),
        odds => {
            let places = [
                ("low", say.number(&odds["low"])),
                ("high", say.number(&odds["high"])),
            ];
            format!("{} ({})", say.number(&odds["ratio"]), say.with("range", &places))
        }
    }
}

fn p(say: Say, beside: &Value) -> String {
    if beside["p"].is_null() {
        return String::new();
    }
    let test = if beside["test"] == "fisher_exact" {
        " (Fisher)"
    } else {
        ""
    };
    let adjusted = match &beside["adjusted_p"] {
        Value::Null => String::new(),
        p => format!("; {} (BH)", say.number(p)),
    };
    format!("{}{test}{adjusted}", say.number(&beside["p"]))
}

fn verdict(say: Say, beside: &Value) -> String {
    let n =
        ["level_n", "reference_n", "strata", "needed_per_group"].map(|key| (key, say.number(&beside[key])));
    match text(beside, "state") {
        "compared" => {
            let lower = beside["difference"]["points"]
                .as_f64()
                .is_some_and(|points| points < 0.0);
            let key = match (beside["stands_out"] == true, lower) {
                (true, true) => "beside.lower",
                (true, false) => "beside.higher",
                (false, _) => "beside.chance",
            };
            format!("{}; {}", say.with(key, &n), say.with("beside.n", &n))
        }
        "too_few" => say.with("beside.too_few", &n),
        "reference" => say.plain("beside.reference"),
        "no_reference" => say.plain("beside.no_reference"),
        _ => say.plain("beside.not_compared"),
    }
}
