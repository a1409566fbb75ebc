//! Text that runs from page to page.

use super::{FLOOR, Item, Line, MEASURE, SIDE, Setter, Sheet, Style, TOP};

/// Pages that are being filled from the top.
pub(crate) struct Flow {
    pub(crate) sheets: Vec<Sheet>,
    /// Where the next line may begin.
    pub(crate) y: f32,
}

impl Flow {
    pub(crate) fn new() -> Self {
        Self {
            sheets: vec![Sheet::default()],
            y: TOP,
        }
    }

    pub(crate) fn new_page(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = TOP;
    }

    pub(crate) fn skip(&mut self, points: f32) {
        if self.y > TOP {
            self.y += points;
        }
    }

    /// Begins a new page unless so much is left of this one.
    pub(crate) fn need(&mut self, points: f32) {
        if self.y + points > FLOOR && self.y > TOP {
            self.new_page();
        }
    }

    pub(crate) fn put(&mut self, item: Item) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.items.push(item);
        }
    }

    /// Sets a text over the whole width, or moved in from the left.
    pub(crate) fn text(&mut self, setter: &mut Setter, text: &str, style: Style, indent: f32) {
        for line in setter.lines(text, style, MEASURE - indent) {
            self.need(style.leading());
            self.y += style.leading();
            self.put(Item::Line(SIDE + indent, self.y - style.size * 0.4, line));
        }
    }

    /// A heading with room above it, never alone at the foot of a page.
    pub(crate) fn heading(&mut self, setter: &mut Setter, text: &str) {
        self.skip(12.0);
        self.need(4.0 * Style::HEADING.leading());
        self.text(setter, text, Style::HEADING, 0.0);
        self.skip(2.0);
    }

    pub(crate) fn rule(&mut self) {
        self.put(Item::Rule(SIDE, self.y + 2.0, MEASURE));
        self.y += 5.0;
    }

    /// A row of cells at these widths. A row that is taller than a page is cut into pages line by line.
    pub(crate) fn row(&mut self, setter: &mut Setter, cells: &[(&str, f32)], style: Style) {
        const GAP: f32 = 10.0;
        let set: Vec<(f32, Vec<Line>)> = cells
            .iter()
            .scan(SIDE, |x, (text, width)| {
                let at = *x;
                *x += width;
                Some((at, setter.lines(text, style, width - GAP)))
            })
            .collect();
        let tallest = set.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        self.need((tallest.min(6) as f32) * style.leading());
        for index in 0..tallest {
            self.need(style.leading());
            self.y += style.leading();
            for (x, lines) in &set {
                if let Some(line) = lines.get(index) {
                    self.put(Item::Line(*x, self.y - style.size * 0.4, line.clone()));
                }
            }
        }
        self.y += 2.5;
    }
}
