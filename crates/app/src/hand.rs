//! Files given by hand for an answer: judged, made to fit the platform, and kept.

use bytes::Bytes;
use docket_core::case::Case;
use docket_core::response::FileRef;
use docket_core::words::Language;
use docket_documents::fit::{File, Target, fit};

use crate::Desk;
use crate::error::{Error, Result};
use crate::evidence::{blocking, examined};
use crate::leave::Leave;

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

impl Desk {
    /// Takes the files of one answer in: judges each by all that is in it, makes them fit what the case's platform takes,
    /// and keeps what came of them. `allowed` is a lead's word, as for [`Desk::take_file`].
    ///
    /// # Errors
    /// When a file must not go out, or nothing makes the files fit.
    pub async fn take_files(
        &self,
        case: &Case,
        given: Vec<(String, Bytes)>,
        language: Language,
        allowed: Option<&Leave>,
    ) -> Result<GivenFiles> {
        for (name, content) in &given {
            crate::respond::small_enough(name, content)?;
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
                language,
                at,
            };
            fit(&templates, &files, target)
        });
        let fitted = fitted.await?.map_err(|e| Error::Invalid(e.to_string()))?;
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
