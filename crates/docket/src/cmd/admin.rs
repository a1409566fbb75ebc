//! Configuration, migration, key rotation.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::Desk;
use docket_store::Db;
use secrecy::ExposeSecret;

use crate::config::Config;
use crate::output::line;

#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Read and check everything, and say what is in force
    Check,
    /// Print every key with its default
    Defaults,
    /// Print the evidence matrix, as a file to edit
    Matrix,
}

pub fn config(command: &ConfigCommand, config: &Config) -> Result<ExitCode> {
    match command {
        ConfigCommand::Matrix => line(config.evidence.text()?.trim_end())?,
        ConfigCommand::Defaults => line(crate::config::DEFAULTS.trim_end())?,
        ConfigCommand::Check => {
            let engine = config
                .database_url()?
                .expose_secret()
                .split(':')
                .next()
                .unwrap_or_default()
                .to_owned();
            line("the configuration is good")?;
            line(format!("  data folder   {}", config.data_dir.display()))?;
            line(format!("  database      {engine}"))?;
            line(format!("  pages         http://{}", config.web.listen))?;
            let matrix = &config.evidence.matrix;
            line(format!(
                "  evidence      matrix {} with {} lines",
                matrix.version,
                matrix.rules.len()
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn migrate(config: &Config) -> Result<ExitCode> {
    let db = Db::connect(config.database_url()?.expose_secret()).await?;
    db.migrate().await?;
    line(format!("the {} database has this version's schema", db.engine()))?;
    Ok(ExitCode::SUCCESS)
}

pub async fn rotate_key(desk: &Desk) -> Result<ExitCode> {
    let changed = desk.rotate_key().await?;
    line(format!(
        "{changed} connection(s) encrypted with key {}; older keys are no longer needed",
        desk.keys.key_id()
    ))?;
    Ok(ExitCode::SUCCESS)
}
