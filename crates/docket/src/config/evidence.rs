//! `[evidence]`: which evidence a case needs, and the texts of letters.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use docket_app::Templates;
use docket_core::evidence::Matrix;
use docket_core::words::Platform;
use figment::Figment;
use figment::providers::{Format, Toml};
use serde::Deserialize;

use crate::platforms::DRIVERS;

/// Which evidence a case needs, unless a file says otherwise.
const MATRIX: &str = include_str!("../../../../config/evidence.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    matrix_file: Option<PathBuf>,
    templates_dir: Option<PathBuf>,
    /// Read from the file, or compiled in.
    #[serde(skip)]
    pub matrix: Matrix,
}

impl Evidence {
    /// Reads and checks what the files say.
    ///
    /// # Errors
    /// With the file and everything that is wrong in it.
    pub fn load(&mut self) -> Result<()> {
        self.matrix = read(self.matrix_file.as_deref())?;
        Ok(())
    }

    /// The texts of letters.
    ///
    /// # Errors
    /// When the folder is not there, or one of them is broken: with file and line.
    pub fn templates(&self) -> Result<Arc<Templates>> {
        let folder = self.templates_dir.as_deref();
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            bail!(
                "configuration: there is no evidence.templates_dir {}; correct the path or leave it out",
                folder.display()
            );
        }
        Ok(Arc::new(docket_app::templates(folder)?))
    }

    /// The evidence matrix in force, as it was written.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn text(&self) -> Result<String> {
        match &self.matrix_file {
            None => Ok(MATRIX.to_owned()),
            Some(file) => {
                std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
            }
        }
    }
}

/// The evidence matrix, checked.
fn read(file: Option<&Path>) -> Result<Matrix> {
    let (layers, place) = match file {
        None => (
            Figment::from(Toml::string(MATRIX)),
            "config/evidence.toml".to_owned(),
        ),
        Some(file) if file.exists() => (Figment::from(Toml::file_exact(file)), file.display().to_string()),
        Some(file) => bail!(
            "configuration: there is no evidence.matrix_file {}; correct the path or leave it out",
            file.display()
        ),
    };
    let matrix: Matrix = layers.extract().map_err(|e| anyhow::anyhow!("{place}: {e}"))?;
    let mut problems = matrix.problems();
    if file.is_some() {
        let own: Matrix = Figment::from(Toml::string(MATRIX)).extract()?;
        if own.version == matrix.version && own != matrix {
            problems.push(format!(
                "`version` is {}, which is the table that comes with Docket, and this one says otherwise: count it up, so that what was \
                 sent can be told by it",
                own.version
            ));
        }
    }
    let known: Vec<Platform> = DRIVERS.iter().map(|driver| driver.platform).collect();
    let strange = matrix.rules.iter().flat_map(|rule| &rule.platforms);
    let strange: std::collections::BTreeSet<_> =
        strange.filter(|platform| !known.contains(platform)).collect();
    problems.extend(
        strange
            .iter()
            .map(|platform| format!("there is no platform `{platform}`")),
    );
    if problems.is_empty() {
        Ok(matrix)
    } else {
        bail!("{place}:\n  {}", problems.join("\n  "))
    }
}
