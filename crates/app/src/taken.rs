//! Files taken in: judged by all that is in them, made to fit a platform where they are given for an answer, and kept.

use bytes::Bytes;
use docket_core::case::Case;
use docket_core::response::FileRef;
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_core::words::Language;
use docket_documents::examine::{Examined, Find, Found, Note, examine};
use docket_documents::fit::{File, Target, fit};

use crate::Desk;
use crate::error::{Error, Result};
use crate::leave::Leave;

/// Largest file taken in at all, before any platform's own limit.
const FILE_LIMIT: usize = 32_000_000;

/// Files as the platform takes them.
#[derive(Debug, Clone)]
pub struct GivenFiles {
    /// Each with the names of the files that are in it.
    pub files: Vec<(FileRef, Vec<String>)>,
    /// What was done to make them fit, in words.
    pub steps: Vec<String>,
}

impl GivenFiles {
    /// All of them, for one piece of evidence.
    pub fn all(&self) -> Vec<FileRef> {
        self.files.iter().map(|(file, _)| file.clone()).collect()
    }

    /// The one that a file became, by the name that it was given with.
    pub fn made_of(&self, name: &str) -> Option<&FileRef> {
        let made = self
            .files
            .iter()
            .find(|(_, names)| names.iter().any(|n| n == name));
        made.map(|(file, _)| file)
    }
}

/// The last part of a name, without what no file name should have.
pub fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control()).take(100).collect();
    if kept.trim().is_empty() {
        "file".to_owned()
    } else {
        kept
    }
}

impl Desk {
    /// Takes a file in that may go out one day: judged by all that is in it, then stored by its content. `allowed` is
    /// a lead's word that it may show what must not leave the house otherwise; whoever passes it keeps it in the case's history.
    ///
    /// # Errors
    /// When it is empty, too large, of no kind that can be sent, damaged or hostile, or shows card or identity numbers.
    pub async fn take_file(&self, name: &str, content: Bytes, allowed: Option<&Leave>) -> Result<FileRef> {
        small_enough(name, &content)?;
        examined(name, &content, allowed).await?;
        self.keep_file(name, content).await
    }

    /// As [`Desk::take_file`], for a piece of evidence: that may be plain text as well, which becomes pages of the packet.
    pub(crate) async fn take_exhibit(
        &self,
        name: &str,
        content: Bytes,
        allowed: Option<&Leave>,
    ) -> Result<FileRef> {
        small_enough(name, &content)?;
        examined(name, &content, allowed).await?;
        match media_type(&content) {
            None if std::str::from_utf8(&content).is_ok() => self.put_file(name, "text/plain", content).await,
            Some(_) | None => self.keep_file(name, content).await,
        }
    }

    /// Stores a file that was judged, or made here of what was judged.
    pub(crate) async fn keep_file(&self, name: &str, content: Bytes) -> Result<FileRef> {
        let Some(media_type) = media_type(&content) else {
            return Err(Error::Invalid(sentence!(
                "{name} is no JPEG, PNG, GIF or PDF by its content; convert it to one of these",
                name
            )));
        };
        self.put_file(name, media_type, content).await
    }

    async fn put_file(&self, name: &str, media_type: &str, content: Bytes) -> Result<FileRef> {
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        let sha256 = self.files.put(content).await?;
        Ok(FileRef {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            size,
            sha256,
        })
    }

    /// Takes the files of one answer in: judges each by all that is in it, makes them fit what the case's platform takes,
    /// and keeps what came of them. `one_piece`: whether all of them are of one piece of evidence. `allowed` is a lead's word, as for
    /// [`Desk::take_file`].
    ///
    /// # Errors
    /// When a file must not go out, or nothing makes the files fit.
    pub async fn take_files(
        &self,
        case: &Case,
        (given, one_piece): (Vec<(String, Bytes)>, bool),
        language: Language,
        allowed: Option<&Leave>,
    ) -> Result<GivenFiles> {
        for (name, content) in &given {
            small_enough(name, content)?;
            examined(name, content, allowed).await?;
        }
        let (_, connector) = self.connector(case.connection).await?;
        let packaging = connector.packaging();
        let templates = self.settings.templates.clone();
        let (dispute, at) = (case.dispute.to_string(), self.env.now());
        let names: Vec<String> = given.iter().map(|(name, _)| name.clone()).collect();
        let files: Vec<File> = given
            .into_iter()
            .map(|(name, content)| File {
                summary: name.clone(),
                name,
                content: content.into(),
            })
            .collect();
        let fitted = blocking(move || {
            let target = Target {
                packaging: &packaging,
                dispute: &dispute,
                one_piece,
                language,
                at,
            };
            fit(&templates, &files, target)
        });
        let fitted = fitted.await?.map_err(|e| Error::Invalid(e.sentence()))?;
        let mut files = Vec::new();
        for made in fitted.files {
            let kept = self.keep_file(&made.name, made.content.into()).await?;
            let of = made.from.iter().map(|index| names[*index].clone()).collect();
            files.push((kept, of));
        }
        Ok(GivenFiles {
            files,
            steps: fitted.steps,
        })
    }
}

fn small_enough(name: &str, content: &Bytes) -> Result<()> {
    if content.len() <= FILE_LIMIT {
        return Ok(());
    }
    let size = content.len();
    Err(Error::Invalid(sentence!(
        "{name} has {size} bytes, more than {file_limit}; compress or split it",
        name,
        size,
        file_limit = FILE_LIMIT
    )))
}

/// By content, never by name.
fn media_type(content: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| content.starts_with(magic);
    if starts(&[0xff, 0xd8, 0xff]) {
        Some("image/jpeg")
    } else if starts(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Some("image/gif")
    } else if starts(b"%PDF-") {
        Some("application/pdf")
    } else {
        None
    }
}

/// Runs what takes up to seconds where that blocks nobody.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Error::Invalid(format!("a file could not be looked at: {e}").into()))
}

/// Judges a file before it is taken in: what is no evidence, or shows what must not leave the house, stays out.
pub(crate) async fn examined(name: &str, content: &Bytes, allowed: Option<&Leave>) -> Result<()> {
    let (named, bytes) = (name.to_owned(), content.clone());
    let examined = blocking(move || examine(&named, &bytes)).await?;
    let examined = examined.map_err(|refused| Error::Invalid(refused.sentence()))?;
    if examined.finds.is_empty() || allowed.is_some() {
        return Ok(());
    }
    let told = examined.finds.iter().map(told);
    let places = told.reduce(Sentence::also).unwrap_or_else(|| "".into());
    Err(Error::Invalid(sentence!(
        "`{name}` shows what must not leave the house: {places}. Black it out and attach it again",
        name,
        places
    )))
}

/// What of a file a packet does not show, or nobody searched.
pub(crate) fn notes(name: &str, examined: &Examined) -> Vec<Sentence> {
    let notes = examined.notes.iter().map(Note::sentence);
    notes
        .map(|note| sentence!("{file}: {note}", file = name, note))
        .collect()
}

/// What was found, and where.
pub(crate) fn told(find: &Find) -> Sentence {
    if find.page == 0 {
        return sentence!(
            "{found} {masked} in a form field, a note or the properties of the file",
            found = kind_of(find.found),
            masked = &find.masked
        );
    }
    sentence!(
        "{found} {masked} on page {page}, line {line}",
        found = kind_of(find.found),
        masked = &find.masked,
        page = find.page,
        line = find.line
    )
}

pub(crate) fn kind_of(found: Found) -> Sentence {
    match found {
        Found::CardNumber => sentence!("card number"),
        Found::CardCode => sentence!("card security code"),
        Found::UsSocialSecurity => sentence!("US social security number"),
        Found::DutchBsn => sentence!("Dutch BSN"),
        Found::SwedishPersonnummer => sentence!("Swedish personal number"),
        Found::GermanTaxId => sentence!("German tax id"),
        Found::IdentityDocument => sentence!("identity document"),
    }
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn a_name_never_leads_out_of_its_folder() {
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("C:\\tmp\\proof\n.pdf"), "proof.pdf");
        assert_eq!(plain_name("/"), "file");
    }
}
