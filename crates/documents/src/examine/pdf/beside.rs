//! What a PDF says beside its pages: values of form fields, notes, and its own properties.

use lopdf::{Dictionary, Document, Object, decode_text_string};

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

/// Each text in a line of its own.
pub(super) fn of(document: &Document) -> String {
    let mut all = String::new();
    for object in document.objects.values() {
        written(object, DEPTH, &mut all);
    }
    all
}

fn written(object: &Object, depth: usize, all: &mut String) {
    if depth == 0 || all.len() > MOST {
        return;
    }
    match object {
        Object::Array(parts) => parts.iter().for_each(|part| written(part, depth - 1, all)),
        Object::Dictionary(dictionary) => entries(dictionary, depth, all),
        Object::Stream(stream) => entries(&stream.dict, depth, all),
        Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Name(_)
        | Object::String(..)
        | Object::Reference(_) => {}
    }
}

fn entries(dictionary: &Dictionary, depth: usize, all: &mut String) {
    for (key, value) in dictionary {
        if WRITTEN.contains(&key.as_slice())
            && let Ok(text) = decode_text_string(value)
        {
            all.push_str(&text);
            all.push('\n');
        }
        written(value, depth - 1, all);
    }
}
