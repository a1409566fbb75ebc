//! The text that a PDF's pages show, line by line, forms drawn on a page included.

use std::collections::HashMap;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Encoding, Object, ObjectId};

use crate::limits;

/// How deep drawings may be nested in drawings.
const DEPTH: usize = 8;

/// The text of each page, and whether all of it was read.
pub(super) fn of(document: &Document, pages: &[ObjectId]) -> (Vec<String>, bool) {
    let mut walk = Walk {
        document,
        fonts: HashMap::new(),
        operations: limits::PDF_OPERATIONS,
        chars: limits::PDF_TEXT_CHARS,
        whole: true,
    };
    let texts = pages.iter().map(|page| walk.page(*page)).collect();
    (texts, walk.whole)
}

struct Walk<'a> {
    document: &'a Document,
    /// By the address of the font's dictionary; decoding its table is the costly part.
    fonts: HashMap<*const Dictionary, Option<Encoding<'a>>>,
    operations: usize,
    chars: usize,
    whole: bool,
}

/// The text so far, and where the pen stands.
#[derive(Default)]
struct Page {
    text: String,
    line: f32,
}

impl Page {
    fn new_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
    }

    /// The pen is set down at that height: on another line, or further on in this one.
    fn move_to(&mut self, height: f32) {
        if (height - self.line).abs() > 1.0 {
            self.new_line();
        } else {
            self.gap();
        }
        self.line = height;
    }
}

impl<'a> Walk<'a> {
    fn page(&mut self, page: ObjectId) -> String {
        let mut out = Page::default();
        let document = self.document;
        let (own, shared) = document.get_page_resources(page).unwrap_or_default();
        let mut resources: Vec<&Dictionary> = own.into_iter().collect();
        resources.extend(shared.iter().filter_map(|id| document.get_dictionary(*id).ok()));
        match document.get_page_content_with_limit(page, limits::PDF_STREAM_BYTES) {
            Ok(content) => self.draw(&content, &resources, &mut out, 0),
            Err(_) => self.whole = false,
        }
        out.text
    }

    fn draw(&mut self, content: &[u8], resources: &[&'a Dictionary], out: &mut Page, depth: usize) {
        let mut font: Option<&'a Dictionary> = None;
        for operation in Content::decode_iter(content) {
            if self.operations == 0 || self.chars == 0 {
                self.whole = false;
                return;
            }
            self.operations -= 1;
            let Ok(operation) = operation else {
                self.whole = false;
                return;
            };
            match operation.operator.as_str() {
                "Tf" => {
                    font = self
                        .resource(resources, b"Font", &operation)
                        .and_then(|o| o.as_dict().ok())
                }
                "Do" => self.form(resources, &operation, out, depth),
                _ => self.show(font, &operation, out),
            }
        }
    }

    /// What a name in an operation stands for.
    fn resource(
        &self,
        resources: &[&'a Dictionary],
        kind: &[u8],
        operation: &Operation,
    ) -> Option<&'a Object> {
        let name = operation.operands.first()?.as_name().ok()?;
        resources.iter().find_map(|resources| {
            let all = resources.get_deref(kind, self.document).ok()?.as_dict().ok()?;
            all.get_deref(name, self.document).ok()
        })
    }

    fn form(&mut self, resources: &[&'a Dictionary], operation: &Operation, out: &mut Page, depth: usize) {
        let Some(Ok(form)) = self
            .resource(resources, b"XObject", operation)
            .map(Object::as_stream)
        else {
            return;
        };
        let kind = form.dict.get(b"Subtype").and_then(Object::as_name);
        if kind.is_ok_and(|kind| kind != b"Form") {
            return;
        }
        if depth == DEPTH {
            self.whole = false;
            return;
        }
        let own = form
            .dict
            .get_deref(b"Resources", self.document)
            .and_then(Object::as_dict);
        let inner: Vec<&Dictionary> = own.into_iter().chain(resources.iter().copied()).collect();
        match form.decompressed_content_with_limit(limits::PDF_STREAM_BYTES) {
            Ok(content) => {
                // Forms within forms multiply: what is unpacked counts like what is drawn.
                self.operations = self.operations.saturating_sub(content.len() / 16);
                out.new_line();
                self.draw(&content, &inner, out, depth + 1);
            }
            Err(_) => self.whole = false,
        }
    }

    fn show(&mut self, font: Option<&'a Dictionary>, operation: &Operation, out: &mut Page) {
        let number = |at: usize| {
            operation
                .operands
                .get(at)
                .and_then(|o| o.as_float().ok())
                .unwrap_or(0.0)
        };
        match operation.operator.as_str() {
            "T*" => out.new_line(),
            "Td" | "TD" => out.move_to(out.line + number(1)),
            "Tm" => out.move_to(number(5)),
            "ET" => out.gap(),
            "'" | "\"" => {
                out.new_line();
                if let Some(last) = operation.operands.last() {
                    self.decode(font, last, out);
                }
            }
            "Tj" | "TJ" => {
                for operand in &operation.operands {
                    self.decode(font, operand, out);
                }
            }
            _ => {}
        }
    }

    fn decode(&mut self, font: Option<&'a Dictionary>, operand: &Object, out: &mut Page) {
        match operand {
            Object::Array(items) => items.iter().for_each(|item| match item {
                Object::Array(_) => {}
                item => self.decode(font, item, out),
            }),
            // A step back of a fifth of the letter size is how a space is often set.
            Object::Integer(step) if *step < -200 => out.gap(),
            Object::Real(step) if *step < -200.0 => out.gap(),
            Object::String(bytes, _) => {
                let Some(encoding) = font.and_then(|font| self.encoding(font)) else {
                    self.whole = false;
                    return;
                };
                let Ok(text) = encoding.bytes_to_string(bytes) else {
                    self.whole = false;
                    return;
                };
                self.chars = self.chars.saturating_sub(text.chars().count());
                out.text.push_str(&text);
            }
            _ => {}
        }
    }

    fn encoding(&mut self, font: &'a Dictionary) -> Option<&Encoding<'a>> {
        let document = self.document;
        self.fonts
            .entry(std::ptr::from_ref(font))
            .or_insert_with(|| {
                font.get_font_encoding_with_limit(document, limits::PDF_STREAM_BYTES)
                    .ok()
            })
            .as_ref()
    }
}
