//! Configuration: the compiled-in defaults, a file, the environment. `config/default.toml` documents every key.

mod advice;
mod evidence;
mod reports;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use docket_app::{MailSettings, MailTls, SessionLimits, Settings as DeskSettings};
use docket_connector::http::{Certificates, HttpSettings};
use docket_core::env::Env;
use docket_queue::Settings as QueueSettings;
use docket_store::Keyring;
use docket_web::Site;
use figment::Figment;
use figment::providers::{Env as Variables, Format, Toml};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

pub use advice::Advice;
pub use evidence::Evidence;
pub use reports::Reports;

/// The documentation of every key is the default itself.
pub const DEFAULTS: &str = include_str!("../../../config/default.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub data_dir: PathBuf,
    pub database: Database,
    pub encryption: Encryption,
    pub web: Web,
    pub worker: Worker,
    pub sync: Sync,
    pub http: Http,
    pub webhooks: Webhooks,
    pub submit: Submit,
    pub evidence: Evidence,
    pub advice: Advice,
    pub reports: Reports,
    pub rules: Rules,
    pub mail: Mail,
    hooks: Hooks,
    pub log: Log,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    url: SecretString,
    url_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Encryption {
    key: SecretString,
    key_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    pub listen: std::net::SocketAddr,
    public_url: String,
    behind_tls: bool,
    proxies: Vec<std::net::IpAddr>,
    session_idle_seconds: u64,
    session_longest_seconds: u64,
    token_requests_per_minute: std::num::NonZeroU32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hooks {
    private_addresses: bool,
    timeout_seconds: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    server: String,
    port: u16,
    tls: MailTls,
    user: String,
    password: SecretString,
    password_file: Option<PathBuf>,
    from: String,
    replies: String,
    desk: String,
    lead: String,
    timeout_seconds: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    slots: usize,
    per_client: usize,
    lease_seconds: u64,
    poll_milliseconds: u64,
    tick_seconds: u64,
    drain_seconds: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    every_seconds: u64,
    sweep_every_seconds: u64,
    concurrency: usize,
    read_attempts: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    connect_timeout_seconds: u64,
    read_timeout_seconds: u64,
    pause_seconds: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    certificate_hosts: Vec<String>,
    certificate_roots_file: Option<PathBuf>,
    /// Further roots, as PEM; not from a file.
    #[serde(skip)]
    roots: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submit {
    call_limit_seconds: u64,
    settle_seconds: u64,
    confirm_within_seconds: u64,
    confirm_every_seconds: u64,
    max_sends: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    grace_seconds: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub level: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

impl Config {
    /// Loads and checks it.
    ///
    /// # Errors
    /// With the key, the value and where it came from.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        Self::read(Figment::new().merge(Toml::string(DEFAULTS)), file, None)
    }

    /// As [`Config::load`], on other defaults and in the demo's folder.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn for_demo(defaults: &str, file: Option<&Path>, data_dir: &Path) -> Result<Self> {
        let layers = Figment::new()
            .merge(Toml::string(DEFAULTS))
            .merge(Toml::string(defaults));
        Self::read(layers, file, Some(data_dir))
    }

    fn read(mut layers: Figment, file: Option<&Path>, data_dir: Option<&Path>) -> Result<Self> {
        if let Some(file) = file {
            if !file.exists() {
                bail!(
                    "there is no configuration file {}; check --config",
                    file.display()
                );
            }
            layers = layers.merge(Toml::file_exact(file));
        }
        // Lower case and `__` between the parts: DOCKET__DATABASE__URL is database.url.
        layers = layers.merge(Variables::prefixed("DOCKET__").split("__"));
        if let Some(folder) = data_dir {
            layers = layers.merge(("data_dir", folder));
        }
        let mut config: Self = layers.extract().map_err(|e| {
            let text: Vec<String> = e.into_iter().map(|one| one.to_string()).collect();
            anyhow::anyhow!("configuration: {}\nSee config/default.toml for every key; `docket config defaults` prints them.", text.join("; "))
        })?;
        config.check()?;
        config.evidence.load()?;
        config.desk()?;
        Ok(config)
    }

    /// Believes webhooks of a platform on this machine whose certificates chain to this root: the built-in simulator's.
    pub fn trusting(mut self, root: &str) -> Self {
        self.webhooks.certificate_hosts.push("127.0.0.1".to_owned());
        self.webhooks.roots.push_str(root);
        self
    }

    fn check(&self) -> Result<()> {
        let positive = [
            ("worker.slots", self.worker.slots),
            ("worker.per_client", self.worker.per_client),
            ("sync.concurrency", self.sync.concurrency),
        ];
        for (key, value) in positive {
            if value == 0 {
                bail!("configuration: {key} must be at least 1");
            }
        }
        if self.worker.lease_seconds == 0
            || self.sync.every_seconds == 0
            || self.submit.call_limit_seconds == 0
        {
            bail!(
                "configuration: worker.lease_seconds, sync.every_seconds and submit.call_limit_seconds must be at least 1"
            );
        }
        if self.submit.settle_seconds < 2 * self.submit.call_limit_seconds {
            bail!(
                "configuration: submit.settle_seconds ({}) must be at least twice submit.call_limit_seconds ({}): \
                 otherwise a response could be sent again while its first call still runs",
                self.submit.settle_seconds,
                self.submit.call_limit_seconds
            );
        }
        if self.web.session_idle_seconds == 0 || self.web.session_longest_seconds == 0 {
            bail!(
                "configuration: web.session_idle_seconds and web.session_longest_seconds must be at least 1"
            );
        }
        if !self.web.listen.ip().is_loopback() && !self.web.behind_tls {
            bail!(
                "configuration: web.listen {} is not a loopback address, and passwords would go over the network in the open. Put a \
                 proxy before it that ends TLS and say so with web.behind_tls, or reach the pages through an SSH tunnel",
                self.web.listen
            );
        }
        self.site().map(|_| ())
    }

    /// How the pages are reached.
    ///
    /// # Errors
    /// When TLS is said to end before them and no https address is named.
    pub fn site(&self) -> Result<Site> {
        if !self.web.behind_tls {
            return Ok(Site::here().limited(self.web.token_requests_per_minute));
        }
        let url = self.public_url()?.filter(|u| u.scheme() == "https");
        let host = url.as_ref().and_then(|u| u.host_str());
        let host = host.context(
            "configuration: web.behind_tls needs web.public_url, an address that begins with https://: under its name the pages answer",
        )?;
        let site = Site::behind_tls(host, self.web.proxies.clone());
        Ok(site.limited(self.web.token_requests_per_minute))
    }

    /// The address of a page for people: as seen from outside, or on this machine.
    ///
    /// # Errors
    /// When `web.public_url` is none.
    pub fn page(&self, path: &str) -> Result<String> {
        let outside = self.public_url()?.filter(|_| self.web.behind_tls);
        let base = outside.map_or_else(
            || format!("http://{}", self.web.listen),
            |url| url.as_str().trim_end_matches('/').to_owned(),
        );
        Ok(format!("{base}{path}"))
    }

    /// The database's URL.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn database_url(&self) -> Result<SecretString> {
        let given = secret(
            &self.database.url,
            self.database.url_file.as_deref(),
            "database.url_file",
        )?;
        if !given.expose_secret().is_empty() {
            return Ok(given);
        }
        std::fs::create_dir_all(&self.data_dir).with_context(|| {
            format!(
                "cannot make the data folder {}; check data_dir",
                self.data_dir.display()
            )
        })?;
        Ok(format!("sqlite://{}", self.data_dir.join("docket.db").display()).into())
    }

    /// The keys of stored credentials.
    ///
    /// # Errors
    /// When they cannot be read or made.
    pub fn keyring(&self, env: &Env) -> Result<Keyring> {
        if let Some(file) = &self.encryption.key_file {
            if !file.exists() {
                bail!(
                    "encryption.key_file {} does not exist; put the key back or restore the backup",
                    file.display()
                );
            }
            return Ok(Keyring::from_file(file, env)?);
        }
        if !self.encryption.key.expose_secret().is_empty() {
            return Ok(Keyring::new(std::slice::from_ref(&self.encryption.key))?);
        }
        Ok(Keyring::from_file(&self.data_dir.join("docket.key"), env)?)
    }

    pub fn files_dir(&self) -> PathBuf {
        self.data_dir.join("files")
    }

    pub fn tick(&self) -> Duration {
        seconds(self.worker.tick_seconds.max(1))
    }

    pub fn queue(&self) -> QueueSettings {
        QueueSettings {
            slots: self.worker.slots,
            per_client: self.worker.per_client,
            lease: seconds(self.worker.lease_seconds),
            poll: Duration::from_millis(self.worker.poll_milliseconds.max(10)),
            drain: seconds(self.worker.drain_seconds),
            ..QueueSettings::default()
        }
    }

    /// How the desk works.
    ///
    /// # Errors
    /// When the mail's password cannot be read, or what would be said or sent to people is wrong,
    /// a letter's template included.
    pub fn desk(&self) -> Result<DeskSettings> {
        Ok(DeskSettings {
            mail: self.mail()?,
            voice: docket_web::said,
            public_url: self.public_url()?,
            hooks: docket_app::HookSettings {
                private_addresses: self.hooks.private_addresses,
                timeout: Duration::from_secs(self.hooks.timeout_seconds),
            },
            sessions: SessionLimits {
                idle: seconds(self.web.session_idle_seconds),
                longest: seconds(self.web.session_longest_seconds),
            },
            sync_every: seconds(self.sync.every_seconds),
            sweep_every: seconds(self.sync.sweep_every_seconds),
            sync_concurrency: self.sync.concurrency,
            read_attempts: self.sync.read_attempts.max(1),
            call_limit: seconds(self.submit.call_limit_seconds),
            settle: seconds(self.submit.settle_seconds),
            confirm_within: seconds(self.submit.confirm_within_seconds),
            confirm_every: seconds(self.submit.confirm_every_seconds.max(1)),
            max_sends: self.submit.max_sends.max(1),
            fees: self.advice.fees()?,
            policy_changes: self.reports.policy_changes()?,
            rules_grace: seconds(self.rules.grace_seconds),
            matrix: self.evidence.matrix.clone(),
            templates: self.evidence.templates()?,
        })
    }

    fn mail(&self) -> Result<Option<MailSettings>> {
        let mail = &self.mail;
        if mail.server.trim().is_empty() {
            return Ok(None);
        }
        let settings = MailSettings {
            server: mail.server.trim().to_owned(),
            port: mail.port,
            tls: mail.tls,
            user: mail.user.clone(),
            password: secret(
                &mail.password,
                mail.password_file.as_deref(),
                "mail.password_file",
            )?,
            from: mail.from.clone(),
            replies: Some(mail.replies.clone()).filter(|replies| !replies.is_empty()),
            desk: mail.desk.clone(),
            lead: if mail.lead.is_empty() {
                &mail.desk
            } else {
                &mail.lead
            }
            .clone(),
            timeout: seconds(mail.timeout_seconds.max(1)),
        };
        settings.check().context("configuration")?;
        Ok(Some(settings))
    }

    fn public_url(&self) -> Result<Option<Url>> {
        let text = self.web.public_url.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let url = text.parse::<Url>().ok();
        let fit = url.filter(|u| matches!(u.scheme(), "https" | "http") && u.query().is_none());
        fit.map(Some).with_context(|| {
            format!(
                "configuration: web.public_url `{text}` is no address; write it like https://desk.example.com"
            )
        })
    }

    /// How the HTTP client behaves.
    ///
    /// # Errors
    /// When the file of the webhooks' roots cannot be read.
    pub fn http(&self) -> Result<HttpSettings> {
        let mut roots = match &self.webhooks.certificate_roots_file {
            None => Vec::new(),
            Some(file) => std::fs::read(file)
                .with_context(|| format!("cannot read webhooks.certificate_roots_file {}", file.display()))?,
        };
        roots.extend_from_slice(self.webhooks.roots.as_bytes());
        Ok(HttpSettings {
            certificates: Certificates {
                hosts: self.webhooks.certificate_hosts.clone(),
                roots,
            },
            connect_timeout: seconds(self.http.connect_timeout_seconds),
            read_timeout: seconds(self.http.read_timeout_seconds),
            pause: seconds(self.http.pause_seconds),
            ..HttpSettings::default()
        })
    }
}

fn secret(value: &SecretString, file: Option<&Path>, key: &str) -> Result<SecretString> {
    match file {
        None => Ok(value.clone()),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {key} {}", path.display()))?;
            Ok(text.trim().to_owned().into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_hold_and_every_section_is_documented() {
        let config = Config::load(None).unwrap();
        assert_eq!(config.desk().unwrap().sync_every, Duration::from_secs(300));
    }

    fn with(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("docket.toml");
        std::fs::write(&file, text).unwrap();
        Config::load(Some(&file))
            .map(|_| String::new())
            .unwrap_or_else(|e| format!("{e:#}"))
    }

    #[test]
    fn a_broken_file_names_key_and_place() {
        let error = with("[worker]\nslots = \"many\"\n");
        assert!(
            error.contains("slots") && error.contains("docket.toml"),
            "{error}"
        );
        let error = with("[worker]\nslotz = 3\n");
        assert!(error.contains("slotz"), "{error}");
    }

    #[test]
    fn what_would_break_a_promise_is_refused() {
        assert!(with("[submit]\nsettle_seconds = 60\n").contains("twice"));
        let beyond = |more: &str| with(&format!("[web]\nlisten = \"0.0.0.0:80\"\n{more}"));
        assert!(beyond("").contains("in the open"));
        assert!(beyond("public_url = \"https://desk.example.com\"\n").contains("in the open"));
        let tls = "behind_tls = true\n";
        assert!(beyond(tls).contains("https://"));
        assert!(beyond(&format!("{tls}public_url = \"http://desk.example.com\"\n")).contains("https://"));
        assert_eq!(
            beyond(&format!("{tls}public_url = \"https://desk.example.com\"\n")),
            ""
        );
        assert!(with("[web]\nsession_idle_seconds = 0\n").contains("session_idle"));
        assert!(with("[worker]\nslots = 0\n").contains("worker.slots"));
    }

    #[test]
    fn fees_are_amounts_once_for_each_platform_and_currency() {
        let fee = |lost: &str| {
            format!(
                "[[advice.fees]]\nplatform = \"paypal\"\ncurrency = \"EUR\"\nwon = \"0\"\nlost = \"{lost}\"\naccepted = \"0\"\n"
            )
        };
        assert_eq!(with(&fee("14.00")), "");
        assert!(with(&fee("-1")).contains("below 0"));
        assert!(with(&fee("14.005")).contains("more decimals"));
        assert!(with(&[fee("14"), fee("15")].concat()).contains("two entries"));
    }

    #[test]
    fn changes_of_platforms_have_a_day_and_a_text() {
        let change = |on: &str, platform: &str, what: &str| {
            with(&format!(
                "[[reports.policy_changes]]\non = \"{on}\"\nplatform = \"{platform}\"\nwhat = \"{what}\"\n"
            ))
        };
        assert_eq!(change("2026-11-01", "klarna", "v4 for all"), "");
        assert!(change("1 May", "klarna", "v4").contains("2026-11-01"));
        assert!(change("2026-11-01", "Klarna AB", "v4").contains("platform"));
        assert!(change("2026-11-01", "klarna", " ").contains("what changed"));
        let each = |what: &str| {
            with(&format!(
                "[[reports.policy_changes]]\non = \"2026-11-01\"\nplatform = \"klarna\"\nwhat = {what}\n"
            ))
        };
        assert_eq!(each("{ en = \"v4 for all\", de = \"v4 für alle\" }"), "");
        assert!(each("{ en = \"v4 for all\", de = \" \" }").contains("what changed"));
        assert_ne!(each("{ de = \"v4 für alle\" }"), "");
    }

    #[test]
    fn mail_is_refused_where_it_could_not_arrive_or_would_show_its_password() {
        let mail = |rest: &str| with(&format!("[mail]\nserver = \"mail.example.com\"\n{rest}"));
        assert!(mail("").contains("mail.from"));
        let people = "from = \"docket@example.com\"\ndesk = \"desk@example.com\"\n";
        assert_eq!(mail(people), "");
        assert!(
            mail(&format!("{people}lead = \"nobody\"\n")).contains("mail.lead: `nobody` is no mail address")
        );
        let open = mail(&format!("{people}tls = \"none\"\nuser = \"docket\"\n"));
        assert!(open.contains("in the open"), "{open}");
        assert!(with("[web]\npublic_url = \"desk\"\n").contains("web.public_url"));
    }
}
