//! Tables whose head stands on every page that they reach.

use super::Table;
use crate::sheet::{Flow, Item, Line, MEASURE, SIDE, Setter, Style};

const GAP: f32 = 7.0;

/// The left end and width of each column: by its share, but never so narrow that a word of its head or a number breaks.
fn places(setter: &mut Setter, table: &Table) -> Vec<(f32, f32)> {
    let needs: Vec<f32> = (0..table.columns.len())
        .map(|at| need(setter, table, at))
        .collect();
    let mut fixed = vec![false; needs.len()];
    let widths = loop {
        let taken: f32 = needs
            .iter()
            .zip(&fixed)
            .filter(|(_, f)| **f)
            .map(|(n, _)| n)
            .sum();
        let free = table.columns.iter().zip(&fixed).filter(|(_, f)| !**f);
        let shares: f32 = free.map(|(column, _)| column.share).sum();
        let width = |at: usize| {
            if fixed[at] {
                needs[at]
            } else {
                (MEASURE - taken).max(0.0) * table.columns[at].share / shares
            }
        };
        let widths: Vec<f32> = (0..needs.len()).map(width).collect();
        match (0..needs.len()).find(|at| !fixed[*at] && widths[*at] < needs[*at]) {
            Some(narrow) => fixed[narrow] = true,
            None => break widths,
        }
    };
    // Where all together need more than there is, all give way.
    let scale = (MEASURE / widths.iter().sum::<f32>()).min(1.0);
    let each = widths.into_iter().scan(SIDE, |x, width| {
        let (at, width) = (*x, width * scale);
        *x += width;
        Some((at, width))
    });
    each.collect()
}

/// What the longest word of a head, or the longest number below it, takes.
fn need(setter: &mut Setter, table: &Table, at: usize) -> f32 {
    let column = &table.columns[at];
    let head = column.head.split_whitespace();
    let cells = table
        .rows
        .iter()
        .filter(|_| column.right)
        .filter_map(|row| row.get(at));
    let texts: Vec<&str> = head.chain(cells.map(String::as_str)).collect();
    let widths = texts.into_iter().map(|text| {
        let line = setter.single(text, Style::PRINT_BOLD, MEASURE);
        line.map_or(0.0, |line| line.width)
    });
    // Rounding must not break what just fits.
    widths.fold(0.0, f32::max) + GAP + 0.5
}

pub(super) fn set(flow: &mut Flow, setter: &mut Setter, table: &Table) {
    let places = places(setter, table);
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
