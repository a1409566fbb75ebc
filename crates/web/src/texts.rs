//! The texts of pages: Fluent files in `config/pages`, one for each screen and language. A text may hold markup; what is put
//! into its places is escaped.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use askama::filters::{Html, HtmlSafe, escape};
use docket_core::sentence::Sentence;
use docket_core::words::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::locale;
use crate::show::Stamp;

macro_rules! screens {
    ($($screen:literal),+ $(,)?) => { screens!(@each [$($screen)+] en nl sv de); };
    (@each $screens:tt $($language:ident)+) => {
        /// The files, in the order of [`Language::ALL`].
        const FILES: [&[&str]; 4] = [$(screens!(@of $language $screens)),+];
    };
    (@of $language:ident [$($screen:literal)+]) => {
        &[$(include_str!(concat!("../../../config/pages/", stringify!($language), "/", $screen, ".ftl"))),+]
    };
}

screens!(
    "words",
    "frame",
    "account",
    "queue",
    "ask",
    "questions",
    "deadlines",
    "search",
    "desk",
    "connections",
    "people",
    "rules",
    "reports",
    "factors",
    "sla",
    "registers",
    "case",
    "history",
    "hooks",
    "help"
);

/// What core and app say in sentences: English is in the sentences themselves.
const SENTENCES: [&str; 4] = [
    "",
    include_str!("../../../config/pages/nl/sentences.ftl"),
    include_str!("../../../config/pages/sv/sentences.ftl"),
    include_str!("../../../config/pages/de/sentences.ftl"),
];

static TEXTS: LazyLock<[FluentBundle<FluentResource>; 4]> = LazyLock::new(|| {
    [
        Language::English,
        Language::Dutch,
        Language::Swedish,
        Language::German,
    ]
    .map(bundle)
});

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let id = language.as_str().parse().expect("a language");
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Places are not wrapped in marks of direction: every language here runs from left to right.
    bundle.set_use_isolating(false);
    let files = FILES[language as usize].iter();
    for file in files.chain([&SENTENCES[language as usize]]) {
        // A test reads every file; one that is damaged still gives what it has.
        let (Ok(file) | Err((file, _))) = FluentResource::try_new((*file).to_owned());
        bundle.add_resource_overriding(file);
    }
    bundle
}

/// A text by its name. A test holds that each is there in every language.
pub fn t(id: &str) -> Text<'_> {
    Text {
        id,
        plain: FluentArgs::new(),
        markup: FluentArgs::new(),
    }
}

/// A text that has this name, if there is one.
pub fn find(id: &str) -> Option<String> {
    let bundle = &TEXTS[locale::present().language as usize];
    bundle.has_message(id).then(|| t(id).plain())
}

/// A sentence by the name of its English, filled; none where this language has no text for it.
pub fn sentence(
    name: &str,
    places: impl Iterator<Item = (Cow<'static, str>, FluentValue<'static>)>,
) -> Option<String> {
    let bundle = &TEXTS[locale::present().language as usize];
    let pattern = bundle.get_message(&format!("say-{name}"))?.value()?;
    let places: FluentArgs<'_> = places.collect();
    let text = bundle.format_pattern(pattern, Some(&places), &mut Vec::new());
    Some(text.into_owned())
}

/// A text with what stands in its places; shown, it is markup.
#[derive(Debug)]
pub struct Text<'a> {
    id: &'a str,
    plain: FluentArgs<'static>,
    markup: FluentArgs<'static>,
}

impl Text<'_> {
    /// With something in a place.
    pub fn with(mut self, place: &'static str, value: impl Place) -> Self {
        let (plain, markup) = value.into_place();
        self.plain.set(place, plain);
        self.markup.set(place, markup);
        self
    }

    /// The text alone, which whoever shows it escapes.
    pub fn plain(&self) -> String {
        self.filled(&self.plain)
    }

    fn filled(&self, places: &FluentArgs<'_>) -> String {
        let bundle = &TEXTS[locale::present().language as usize];
        let pattern = bundle.get_message(self.id).and_then(|message| message.value());
        debug_assert!(pattern.is_some(), "no text {}", self.id);
        pattern.map_or_else(
            || self.id.to_owned(),
            |pattern| {
                bundle
                    .format_pattern(pattern, Some(places), &mut Vec::new())
                    .into_owned()
            },
        )
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.filled(&self.markup))
    }
}

// Its markup is of our own files, and what stands in its places was escaped.
impl HtmlSafe for Text<'_> {}

/// As it is: it is in the reader's language.
impl From<Text<'_>> for Sentence {
    fn from(text: Text<'_>) -> Self {
        text.plain().into()
    }
}

impl From<Text<'_>> for String {
    fn from(text: Text<'_>) -> Self {
        text.plain()
    }
}

/// What can stand in a text, as plain text and as markup.
pub trait Place {
    fn into_place(self) -> (FluentValue<'static>, FluentValue<'static>);
}

fn escaped(text: &str) -> String {
    let Ok(safe) = escape(text, Html);
    safe.to_string()
}

impl Place for &str {
    fn into_place(self) -> (FluentValue<'static>, FluentValue<'static>) {
        (self.to_owned().into(), escaped(self).into())
    }
}

impl Place for &Stamp {
    fn into_place(self) -> (FluentValue<'static>, FluentValue<'static>) {
        (self.text().to_owned().into(), self.to_string().into())
    }
}

impl Place for Text<'_> {
    fn into_place(self) -> (FluentValue<'static>, FluentValue<'static>) {
        (self.plain().into(), self.to_string().into())
    }
}

macro_rules! places {
    ($($kind:ty: |$value:ident| $as:expr;)+) => {
        $(impl Place for $kind {
            fn into_place(self) -> (FluentValue<'static>, FluentValue<'static>) {
                let $value = self;
                $as
            }
        })+
    };
}

places! {
    String: |text| text.as_str().into_place();
    &String: |text| text.as_str().into_place();
    &&str: |text| (*text).into_place();
    &&String: |text| text.as_str().into_place();
    &&Stamp: |stamp| (*stamp).into_place();
    i64: |n| (n.into(), n.into());
    &i64: |n| (*n).into_place();
    &&i64: |n| (**n).into_place();
    u64: |n| (n.into(), n.into());
    &u64: |n| (*n).into_place();
    usize: |n| (n.into(), n.into());
    &usize: |n| (*n).into_place();
    &&usize: |n| (**n).into_place();
}

#[cfg(test)]
mod tests;
