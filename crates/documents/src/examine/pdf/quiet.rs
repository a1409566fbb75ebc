//! What a PDF must not hold.

use docket_core::sentence;
use lopdf::{Dictionary, Object};

use super::damaged;
use crate::examine::Why;
use crate::limits;

/// Refuses what acts when the file is opened, and what a reader could hide in it.
pub(super) fn quiet(object: &Object, depth: usize) -> Result<(), Why> {
    if depth > 100 {
        return Err(damaged());
    }
    match object {
        Object::Array(items) => items.iter().try_for_each(|item| quiet(item, depth + 1)),
        Object::Dictionary(dictionary) => quiet_dictionary(dictionary, depth),
        Object::Stream(stream) => quiet_dictionary(&stream.dict, depth),
        Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Name(_)
        | Object::String(..)
        | Object::Reference(_) => Ok(()),
    }
}

fn quiet_dictionary(dictionary: &Dictionary, depth: usize) -> Result<(), Why> {
    const KEYS: [(&[u8], &str); 5] = [
        (b"JS", "JavaScript"),
        (b"JavaScript", "JavaScript"),
        (b"EmbeddedFiles", "files inside it"),
        (b"EF", "files inside it"),
        (b"XFA", "a dynamic form"),
    ];
    const ACTIONS: [(&[u8], &str); 6] = [
        (b"JavaScript", "JavaScript"),
        (b"Launch", "an action that starts programs"),
        (b"SubmitForm", "an action that sends data away"),
        (b"ImportData", "an action that loads data"),
        (b"GoToE", "files inside it"),
        (b"Rendition", "sound or video"),
    ];
    const KINDS: [(&[u8], &str); 5] = [
        (b"FileAttachment", "files inside it"),
        (b"RichMedia", "sound or video"),
        (b"Movie", "sound or video"),
        (b"Screen", "sound or video"),
        (b"3D", "a 3D model"),
    ];
    if let Some((_, what)) = KEYS.iter().find(|(key, _)| dictionary.has(key)) {
        return Err(Why::Active(what));
    }
    let name = |key: &[u8]| dictionary.get(key).and_then(Object::as_name).unwrap_or_default();
    if let Some((_, what)) = ACTIONS.iter().find(|(action, _)| name(b"S") == *action) {
        return Err(Why::Active(what));
    }
    if let Some((_, what)) = KINDS.iter().find(|(kind, _)| name(b"Subtype") == *kind) {
        return Err(Why::Active(what));
    }
    let pixels = |key: &[u8]| dictionary.get(key).and_then(Object::as_i64).unwrap_or(0).max(0);
    let (width, height) = (pixels(b"Width"), pixels(b"Height"));
    if name(b"Subtype") == b"Image" && width.saturating_mul(height) > 2 * limits::IMAGE_PIXELS as i64 {
        return Err(Why::Bomb(sentence!(
            "a picture of {width} x {height} pixels",
            width,
            height
        )));
    }
    dictionary
        .iter()
        .try_for_each(|(_, value)| quiet(value, depth + 1))
}
