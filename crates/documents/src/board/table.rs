//! Tables whose head stands on every page that they reach.

use super::Table;
use crate::sheet::{Flow, Item, Line, MEASURE, SIDE, Setter, Style};

const GAP: f32 = 7.0;

/// The left end and width of each column.
fn places(table: &Table) -> Vec<(f32, f32)> {
    let whole: f32 = table.columns.iter().map(|column| column.share).sum();
    let each = table.columns.iter().scan(SIDE, |x, column| {
        let (at, width) = (*x, column.share / whole * MEASURE);
        *x += width;
        Some((at, width))
    });
    each.collect()
}

pub(super) fn set(flow: &mut Flow, setter: &mut Setter, table: &Table) {
    let places = places(table);
    let heads: Vec<&str> = table.columns.iter().map(|column| column.head.as_str()).collect();
    let head = lines(setter, &heads, &places, Style::PRINT_BOLD);
    let tall = height(&head, Style::PRINT_BOLD);
    flow.skip(3.0);
    flow.need(tall + 40.0);
    put(flow, table, &places, &head, Style::PRINT_BOLD);
    flow.rule();
    for (place, row) in table.rows.iter().enumerate() {
        let last = place + 1 == table.rows.len();
        let style = if last && table.total {
            Style::PRINT_BOLD
        } else {
            Style::PRINT_DARK
        };
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        let set = lines(setter, &cells, &places, style);
        let before = flow.sheets.len();
        flow.need(height(&set, style));
        if flow.sheets.len() > before {
            put(flow, table, &places, &head, Style::PRINT_BOLD);
            flow.rule();
        }
        if last && table.total {
            flow.rule();
        }
        put(flow, table, &places, &set, style);
    }
    flow.skip(4.0);
}

type Cells = Vec<Vec<Line>>;

fn lines(setter: &mut Setter, cells: &[&str], places: &[(f32, f32)], style: Style) -> Cells {
    cells
        .iter()
        .zip(places)
        .map(|(text, (_, width))| setter.lines(text, style, width - GAP))
        .collect()
}

fn height(cells: &Cells, style: Style) -> f32 {
    // A cell has few lines.
    cells.iter().map(Vec::len).max().unwrap_or(0) as f32 * style.leading() + 2.0
}

fn put(flow: &mut Flow, table: &Table, places: &[(f32, f32)], cells: &Cells, style: Style) {
    let top = flow.y;
    for ((lines, (x, width)), column) in cells.iter().zip(places).zip(&table.columns) {
        let mut y = top;
        for line in lines {
            y += style.leading();
            let shift = if column.right {
                width - GAP - line.width
            } else {
                0.0
            };
            flow.put(Item::Line(x + shift, y - style.size * 0.4, line.clone()));
        }
    }
    flow.y = top + height(cells, style);
}
