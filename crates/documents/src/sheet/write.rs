//! Pages, numbered and written as one file.

use chrono::{DateTime, Datelike, Timelike, Utc};
use docket_core::words::Language;
use krilla::configure::{Archival as Standard, ConfigurationBuilder, PdfVersion};
use krilla::metadata::{DateTime as PdfDate, Metadata};
use krilla::outline::Outline;
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};

use super::{HEIGHT, Item, MEASURE, SIDE, Setter, Sheet, Style, WIDTH};

/// What a file is.
pub(crate) struct About<'a> {
    pub(crate) title: String,
    pub(crate) language: Language,
    /// Names the file for ever; the same input has the same.
    pub(crate) id: String,
    pub(crate) at: DateTime<Utc>,
    /// The last line of a page, by its number and how many there are.
    pub(crate) footer: &'a dyn Fn(usize, usize) -> String,
    /// Whether to make PDF/A-2b.
    pub(crate) archival: bool,
    pub(crate) outline: Option<Outline>,
}

/// Writes the file.
///
/// # Errors
/// When the library refuses, with what it says.
pub(crate) fn write(setter: &mut Setter, about: About<'_>, sheets: Vec<Sheet>) -> Result<Vec<u8>, String> {
    let configuration = ConfigurationBuilder::new().with_version(PdfVersion::Pdf17);
    let configuration = if about.archival {
        configuration.with_archival_validator(Standard::A2_B)
    } else {
        configuration
    };
    let mut document = Document::new_with(SerializeSettings {
        configuration: configuration.finish().map_err(|error| format!("{error:?}"))?,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(&about));
    let total = sheets.len();
    for (page, mut sheet) in (1..).zip(sheets) {
        if let Some(line) = setter.single(&(about.footer)(page, total), Style::NOTE, MEASURE) {
            let x = WIDTH - SIDE - line.width;
            sheet.items.push(Item::Line(x, HEIGHT - 32.0, line));
        }
        let settings =
            PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| "the page has no size".to_owned())?;
        let mut drawn = document.start_page_with(settings);
        let mut surface = drawn.surface();
        setter.draw(&mut surface, sheet);
        surface.finish();
        drawn.finish();
    }
    if let Some(outline) = about.outline {
        document.set_outline(outline);
    }
    document.finish().map_err(|error| error.to_string())
}

fn metadata(about: &About<'_>) -> Metadata {
    let at = about.at;
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    let date = PdfDate::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(about.title.clone())
        .language(about.language.to_string())
        .creator("Docket".to_owned())
        .creation_date(date)
        .document_id(about.id.clone())
}
