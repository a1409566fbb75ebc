//! Tables for people: names to the left, figures to the right.

/// Rows below a head; every column is as wide as its widest cell.
pub struct Table {
    rows: Vec<Vec<String>>,
    /// Columns from the left that hold words.
    names: usize,
}

impl Table {
    pub fn new(names: usize, head: &[&str]) -> Self {
        Self {
            rows: vec![head.iter().map(|cell| (*cell).to_owned()).collect()],
            names,
        }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub fn print(&self) {
        for line in self.lines() {
            println!("{line}");
        }
    }

    fn lines(&self) -> Vec<String> {
        let columns = self.rows.first().map_or(0, Vec::len);
        let widths: Vec<usize> = (0..columns).map(|column| self.width(column)).collect();
        let line = |row: &Vec<String>| {
            let mut text = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let gap = " ".repeat(width - cell.chars().count());
                if column < self.names {
                    text.push_str(cell);
                    text.push_str(&gap);
                } else {
                    text.push_str(&gap);
                    text.push_str(cell);
                }
                text.push_str("  ");
            }
            text.trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

/// `20000` as `20,000`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with so many decimals, or `-`.
pub fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.decimals$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_left_and_figures_right() {
        let mut table = Table::new(1, &["what", "n"]);
        table.row(vec!["a".to_owned(), "1,000".to_owned()]);
        assert_eq!(table.lines(), ["what      n", "a     1,000"]);
    }

    #[test]
    fn thousands_are_grouped() {
        let shown = [0, 999, 1_000, 20_000, 1_234_567].map(count);
        assert_eq!(shown, ["0", "999", "1,000", "20,000", "1,234,567"]);
    }
}
