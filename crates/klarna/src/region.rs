//! Klarna's regions (reference 2, "Hosts"): the merchant's account lives in one, and only that region's host knows it.

use docket_connector::credentials::CredentialsError;
use docket_core::sentence;
use url::Url;

/// Where an account lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    /// Europe.
    Eu,
    /// North America.
    Na,
    /// Oceania.
    Oc,
}

impl Region {
    /// Its word in the credentials file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eu => "eu",
            Self::Na => "na",
            Self::Oc => "oc",
        }
    }

    const fn subdomain(self) -> &'static str {
        match self {
            Self::Eu => "api",
            Self::Na => "api-na",
            Self::Oc => "api-oc",
        }
    }
}

/// Whether a host is one of Klarna's.
pub(crate) fn is_klarnas(host: &str) -> bool {
    host == "klarna.com" || host.ends_with(".klarna.com")
}

/// The region of a host of Klarna's; none for any other, such as a test server's.
fn of_host(host: &str) -> Option<Region> {
    let subdomain = host
        .strip_suffix(".playground.klarna.com")
        .or_else(|| host.strip_suffix(".klarna.com"))?;
    [Region::Eu, Region::Na, Region::Oc]
        .into_iter()
        .find(|region| region.subdomain() == subdomain)
}

/// The region that the file names, else the host's.
///
/// # Errors
/// For an unknown word, and for a region that is not the host's: such calls would all be refused with 401 or 403.
pub(crate) fn chosen(word: Option<&str>, base: &Url) -> Result<Option<Region>, CredentialsError> {
    let host = base.host_str().unwrap_or_default();
    let hosts = of_host(host);
    let named = match word {
        None => return Ok(hosts),
        Some("eu") => Region::Eu,
        Some("na") => Region::Na,
        Some("oc") => Region::Oc,
        Some(_) => {
            return Err(CredentialsError::Unusable(
                "`region` must be eu, na or oc, or be left out".into(),
            ));
        }
    };
    match hosts {
        Some(other) if other != named => {
            let playground = if host.ends_with(".playground.klarna.com") {
                ".playground"
            } else {
                ""
            };
            Err(CredentialsError::Unusable(sentence!(
                "`region` is {named}, and {host} serves {other}: use {address}, or correct the region",
                named = named.as_str(),
                host,
                other = other.as_str(),
                address = format!("https://{}{playground}.klarna.com", named.subdomain())
            )))
        }
        Some(_) | None => Ok(Some(named)),
    }
}
