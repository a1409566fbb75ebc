//! What a PDF says beside its pages: values of form fields, notes, and its own properties.

use lopdf::{Document, Object, decode_text_string};

/// How deep values lie in each other at most.
const DEPTH: usize = 16;
/// More characters than a form has; what is beyond them is not searched.
const MOST: usize = 1_000_000;

/// Entries that hold what people wrote (ISO 32000-1, 12.5.6, 12.7.3 and 14.3.3).
const WRITTEN: [&[u8]; 8] = [
    b"V",
    b"DV",
    b"Contents",
    b"RC",
    b"Title",
    b"Subject",
    b"Keywords",
    b"Author",
];

/// More steps than a form needs: objects may lead to each other.
const STEPS: usize = 200_000;

/// Each text in a line of its own.
pub(super) fn of(document: &Document) -> String {
    let mut search = Search {
        document,
        steps: STEPS,
        all: String::new(),
    };
    for object in document.objects.values() {
        search.entries_of(object, DEPTH);
    }
    search.all
}

struct Search<'a> {
    document: &'a Document,
    steps: usize,
    all: String,
}

impl Search<'_> {
    fn ends(&mut self, depth: usize) -> bool {
        self.steps = self.steps.saturating_sub(1);
        depth == 0 || self.steps == 0 || self.all.len() > MOST
    }

    /// Dictionaries in an object, with what is written in them.
    fn entries_of(&mut self, object: &Object, depth: usize) {
        if self.ends(depth) {
            return;
        }
        let dictionary = match object {
            Object::Array(parts) => return parts.iter().for_each(|part| self.entries_of(part, depth - 1)),
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            Object::Null
            | Object::Boolean(_)
            | Object::Integer(_)
            | Object::Real(_)
            | Object::Name(_)
            | Object::String(..)
            | Object::Reference(_) => return,
        };
        for (key, value) in dictionary {
            if WRITTEN.contains(&key.as_slice()) {
                self.text_of(value, depth - 1);
            }
            self.entries_of(value, depth - 1);
        }
    }

    /// What an entry says: a text, several, or what it refers to. A page's own content is no such text: it is read as the page.
    fn text_of(&mut self, value: &Object, depth: usize) {
        if self.ends(depth) {
            return;
        }
        match value {
            Object::String(..) => {
                if let Ok(text) = decode_text_string(value) {
                    self.all.push_str(&text);
                    self.all.push('\n');
                }
            }
            Object::Array(parts) => parts.iter().for_each(|part| self.text_of(part, depth - 1)),
            Object::Reference(_) => {
                let document = self.document;
                if let Ok((_, object)) = document.dereference(value) {
                    self.text_of(object, depth - 1);
                }
            }
            Object::Null
            | Object::Boolean(_)
            | Object::Integer(_)
            | Object::Real(_)
            | Object::Name(_)
            | Object::Dictionary(_)
            | Object::Stream(_) => {}
        }
    }
}
