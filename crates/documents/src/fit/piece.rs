//! One file on its way: what it is made of, and how small it has been made so far.

use docket_core::packaging::{FileType, JPEG, PDF, PNG, Size};

use super::{CannotFit, File, Target, exhibits};
use crate::examine::{Examined, Kind, Refused, Why, decode, pdf};
use crate::letter::Templates;
use crate::packet::{self, Order, Quality};
use crate::pictures::{Encoded, Forms, encode};

/// What a piece is made of anew whenever it must be smaller.
enum Source<'a> {
    Picture(Kind, &'a File),
    /// A PDF as it came.
    Pdf(&'a File),
    /// Files set on pages: a text alone, or all of them merged.
    Pages(&'a [File]),
}

pub(super) struct Piece<'a> {
    source: Source<'a>,
    /// How often it was made smaller.
    level: usize,
    pages: usize,
    pub(super) name: String,
    pub(super) file_type: &'static FileType,
    pub(super) content: Vec<u8>,
    pub(super) from: Vec<usize>,
    pub(super) steps: Vec<String>,
}

/// What a quality means, in words.
pub(super) fn told(quality: Quality) -> String {
    match quality.side {
        u32::MAX => format!("pictures saved again at quality {}", quality.jpeg),
        side => format!(
            "pictures made smaller, at most {side} pixels long, at quality {}",
            quality.jpeg
        ),
    }
}

impl<'a> Piece<'a> {
    /// The file in a type that the platform takes, at its best.
    pub(super) fn new(
        templates: &Templates,
        index: usize,
        file: &'a File,
        examined: &Examined,
        target: Target<'_>,
    ) -> Result<Self, CannotFit> {
        let takes = |file_type: &FileType| target.packaging.file_type(file_type.media_type).is_some();
        let as_pages = || Source::Pages(std::slice::from_ref(file));
        let source = match examined.kind {
            Kind::Jpeg | Kind::Png | Kind::Gif | Kind::WebP if takes(&JPEG) || takes(&PNG) => {
                Source::Picture(examined.kind, file)
            }
            Kind::Pdf if takes(&PDF) => {
                if target.packaging.archival && !pdf::says_archival(&file.content) {
                    as_pages()
                } else {
                    Source::Pdf(file)
                }
            }
            Kind::Jpeg | Kind::Png | Kind::Gif | Kind::WebP | Kind::Text if takes(&PDF) => as_pages(),
            Kind::Jpeg | Kind::Png | Kind::Gif | Kind::WebP | Kind::Pdf | Kind::Text => {
                return Err(CannotFit::Type(file.name.clone()));
            }
        };
        let mut piece = Self {
            source,
            level: 0,
            pages: examined.pages,
            name: file.name.clone(),
            file_type: &PDF,
            content: Vec::new(),
            from: vec![index],
            steps: Vec::new(),
        };
        if matches!(piece.source, Source::Pages(_)) {
            piece.steps.push("set on the pages of a PDF".to_owned());
        }
        piece.make(templates, target)?;
        Ok(piece)
    }

    /// All files in one PDF.
    pub(super) fn merged(
        templates: &Templates,
        files: &'a [File],
        target: Target<'_>,
    ) -> Result<Self, CannotFit> {
        if target.packaging.file_type(PDF.media_type).is_none() {
            return Err(CannotFit::Type(files[0].name.clone()));
        }
        let mut piece = Self {
            source: Source::Pages(files),
            level: 0,
            pages: 0,
            name: "exhibits.pdf".to_owned(),
            file_type: &PDF,
            content: Vec::new(),
            from: (0..files.len()).collect(),
            steps: Vec::new(),
        };
        piece.make(templates, target)?;
        Ok(piece)
    }

    pub(super) fn size(&self) -> u64 {
        self.content.len() as u64
    }

    /// Makes it smaller until it fits alone.
    pub(super) fn fit_alone(&mut self, templates: &Templates, target: Target<'_>) -> Result<(), CannotFit> {
        if let Some(most) = target.packaging.pdf_pages.filter(|most| self.pages > *most) {
            return Err(CannotFit::Pages {
                name: self.name.clone(),
                pages: self.pages,
                most,
            });
        }
        while self.size() > target.packaging.file_bytes {
            if !self.shrink(templates, target)? {
                return Err(CannotFit::TooLarge {
                    name: self.name.clone(),
                    size: Size(self.size()),
                    most: Size(target.packaging.file_bytes),
                });
            }
        }
        Ok(())
    }

    /// Makes it a step smaller; false where there is no step left.
    pub(super) fn shrink(&mut self, templates: &Templates, target: Target<'_>) -> Result<bool, CannotFit> {
        let before = self.size();
        while self.level + 1 < self.qualities().len() {
            self.level += 1;
            self.make(templates, target)?;
            if self.size() < before {
                // Only the last of the steps shows in the file.
                self.steps.retain(|step| !step.starts_with("pictures "));
                self.steps.push(told(self.quality()));
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn qualities(&self) -> &'static [Quality] {
        match self.source {
            Source::Picture(..) => &Quality::AS_A_FILE,
            Source::Pdf(_) | Source::Pages(_) => &Quality::ON_A_PAGE,
        }
    }

    fn quality(&self) -> Quality {
        self.qualities()[self.level]
    }

    fn make(&mut self, templates: &Templates, target: Target<'_>) -> Result<(), CannotFit> {
        let quality = self.quality();
        match self.source {
            Source::Picture(kind, file) => self
                .picture(kind, file, target)
                .map_err(|why| refused(file, why))?,
            // As it came, unless it must be smaller: what a client gave is best sent untouched.
            Source::Pdf(file) if self.level == 0 => self.content = file.content.clone(),
            Source::Pdf(file) => {
                let (smaller, _) =
                    pdf::rewritten(&file.content, quality).map_err(|why| refused(file, why))?;
                self.content = smaller;
            }
            Source::Pages(files) => {
                let order = Order {
                    dispute: target.dispute,
                    language: target.language,
                    letter: None,
                    exhibits: &exhibits(files),
                    at: target.at,
                    archival: target.packaging.archival,
                    quality,
                };
                let packet = packet::build(templates, order)?;
                self.pages = packet.pages;
                self.content = packet.pdf;
                if self.level == 0 {
                    let drawn = packet.drawn.iter().map(|number| files[number - 1].name.as_str());
                    self.steps.extend(drawn_as_pictures(drawn));
                }
            }
        }
        Ok(())
    }

    fn picture(&mut self, kind: Kind, file: &File, target: Target<'_>) -> Result<(), Why> {
        let takes = |file_type: &FileType| target.packaging.file_type(file_type.media_type).is_some();
        let forms = match (takes(&JPEG), takes(&PNG)) {
            (true, true) => Forms::Both,
            (true, false) => Forms::Jpeg,
            (false, _) => Forms::Png,
        };
        let (file_type, content) = match encode(decode(kind, &file.content)?, self.quality(), forms)? {
            Encoded::Jpeg(bytes) => (&JPEG, bytes),
            Encoded::Png(bytes) => (&PNG, bytes),
        };
        if self.level == 0 {
            let into = file_type.media_type.trim_start_matches("image/").to_uppercase();
            self.steps.push(format!(
                "saved anew as {into}, upright, without what the camera wrote into it"
            ));
        }
        (self.file_type, self.content) = (file_type, content);
        Ok(())
    }
}

/// What became of the pages of these PDFs, in words.
pub(super) fn drawn_as_pictures<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<&str> = names.collect();
    let told = || format!("pages drawn as pictures, as PDF/A wants: {}", names.join(", "));
    (!names.is_empty()).then(told)
}

fn refused(file: &File, why: Why) -> Refused {
    Refused {
        name: file.name.clone(),
        why,
    }
}
