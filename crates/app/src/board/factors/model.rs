//! The model of all factors at once, on paper.

use docket_documents::board::{Block, Table};
use serde_json::{Value, json};

use super::super::say::{Say, list, text};
use super::super::win_rate::column;
use super::name;

/// Its parts; without a heading where there is nothing that could be compared.
pub(super) fn blocks(say: Say, model: &Value, most: usize) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(say.plain("model"))];
    let state = text(model, "state");
    if state != "fitted" {
        let places = ["coefficients", "has", "needed"].map(|key| (key, say.number(&model[key])));
        blocks.push(Block::Text(say.with(&format!("model.{state}"), &places)));
        return blocks;
    }
    let places = [
        ("rate", say.rate(&model["win_rate"], "none_decided")),
        ("coefficients", say.number(&model["coefficients"])),
        ("left_out", say.number(&model["left_out"])),
    ];
    blocks.push(Block::Text(say.with("model.of", &places)));
    let all = list(&model["effects"]);
    let shown = &all[..all.len().min(most)];
    if shown.len() < all.len() {
        let places = [("shown", shown.len().to_string()), ("all", all.len().to_string())];
        blocks.push(Block::Note(say.with("left_out_levels", &places)));
    }
    blocks.push(Block::Table(effects(say, shown)));
    blocks.extend(held_out(say, &model["held_out"]));
    blocks.push(Block::Note(say.plain("model_definition")));
    blocks
}

fn effects(say: Say, effects: &[Value]) -> Table {
    let row = |effect: &Value| {
        let odds = &effect["odds_ratio"];
        let places = [
            ("low", say.number(&odds["low"])),
            ("high", say.number(&odds["high"])),
        ];
        vec![
            name(say, effect),
            say.0.word("level", text(effect, "reference")),
            say.number(&effect["n"]),
            format!("{} ({})", say.number(&odds["ratio"]), say.with("range", &places)),
            say.points(&effect["effect"]),
        ]
    };
    Table {
        columns: vec![
            column(say.plain("factor_level"), 2.4, false),
            column(say.plain("beside.reference"), 1.2, false),
            column("n".to_owned(), 0.7, true),
            column(say.plain("odds_ratio"), 1.7, false),
            column(say.plain("model.effect"), 2.0, false),
        ],
        rows: effects.iter().map(row).collect(),
        total: false,
    }
}

fn held_out(say: Say, held: &Value) -> Vec<Block> {
    if held.is_null() {
        return vec![Block::Text(say.plain("model.no_held_out"))];
    }
    let mut places = vec![("from", text(held, "from").to_owned())];
    places
        .extend(["trained", "tested", "brier", "brier_one_chance"].map(|key| (key, say.number(&held[key]))));
    let groups = list(&held["calibration"]);
    let row = |group: &Value| {
        let expected = &group["expected"];
        let expected = if group["win_rate"]["percent"].is_null() {
            &json!(null)
        } else {
            expected
        };
        vec![
            if expected.is_null() {
                String::new()
            } else {
                format!("{} %", say.number(expected))
            },
            say.rate(&group["win_rate"], "none_decided"),
        ]
    };
    vec![
        Block::Text(say.with("model.held_out", &places)),
        Block::Table(Table {
            columns: vec![
                column(say.plain("model.expected"), 1.0, false),
                column(say.plain("model.happened"), 2.0, false),
            ],
            rows: groups.iter().map(row).collect(),
            total: false,
        }),
    ]
}
