//! What goes to addresses that people of the desk typed in: never anywhere that only our own machines can reach.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use docket_core::hook::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::credentials::is_loopback;

/// Why nothing was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// The address itself is not to be used; a person must give another.
    #[error("{0}")]
    Forbidden(String),
    /// The server answered with something else than success.
    #[error("it answered {0}")]
    Status(u16),
    /// There was no answer.
    #[error("{0}")]
    Unreachable(String),
}

/// Sends to addresses of others. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Outside {
    client: reqwest::Client,
    private: bool,
}

/// Only addresses of the open internet are resolved to. It is asked for each connection, so that a name cannot first show
/// one address and then lead to another.
struct PublicOnly {
    private: bool,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let fit: Vec<SocketAddr> = found.filter(|at| private || is_public(at.ip())).collect();
            if fit.is_empty() {
                return Err(PRIVATE.into());
            }
            let all: Addrs = Box::new(fit.into_iter());
            Ok(all)
        })
    }
}

const PRIVATE: &str = "this name leads to no address of the open internet";

impl Outside {
    /// Builds the client; once per process. `private`: addresses of our own networks are allowed, too.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(private: bool, timeout: Duration) -> Result<Self, crate::Error> {
        // An error only says that one is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("docket/", env!("CARGO_PKG_VERSION")))
            .timeout(timeout)
            // A redirect could lead to where nobody meant to send.
            .redirect(reqwest::redirect::Policy::none())
            // A proxy would resolve the name itself.
            .no_proxy()
            .dns_resolver(Arc::new(PublicOnly { private }))
            .pool_max_idle_per_host(1)
            .build()
            .map_err(|error| {
                crate::Error::Unsupported(format!("the HTTPS client cannot be built ({error})"))
            })?;
        Ok(Self { client, private })
    }

    /// Whether an address may be used at all, as far as it shows that itself.
    ///
    /// # Errors
    /// [`NotTaken::Forbidden`] with what to do.
    pub fn check(&self, url: &Url) -> Result<(), NotTaken> {
        let forbidden = |why: &str| Err(NotTaken::Forbidden(why.to_owned()));
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
        if !secure || url.host().is_none() {
            return forbidden("the address must begin with https:// (on this computer http:// serves, too)");
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return forbidden("the address must hold no name, password or fragment");
        }
        let public = match url.host() {
            Some(Host::Ipv4(ip)) => is_public(ip.into()),
            Some(Host::Ipv6(ip)) => is_public(ip.into()),
            Some(Host::Domain(_)) => !is_loopback(url),
            None => false,
        };
        if public || self.private {
            Ok(())
        } else {
            forbidden("this is an address of a network of ours; hooks.private_addresses allows such")
        }
    }

    /// Sends a body, once; gives the status of success.
    ///
    /// # Errors
    /// When it was not taken, or it is not known.
    pub async fn post(
        &self,
        url: &Url,
        headers: &[(&'static str, String)],
        body: Bytes,
    ) -> Result<u16, NotTaken> {
        self.check(url)?;
        let mut request = self.client.post(url.clone()).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        // The answer's body is nobody's business, and may be without end.
        let answer = request.send().await.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        if status.is_success() {
            Ok(status.as_u16())
        } else {
            Err(NotTaken::Status(status.as_u16()))
        }
    }
}

/// In words that hold no address.
fn unreachable(error: &reqwest::Error) -> NotTaken {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    let text = cause.to_string();
    if text == PRIVATE {
        return NotTaken::Forbidden(format!("{PRIVATE}; hooks.private_addresses allows others"));
    }
    NotTaken::Unreachable(if error.is_timeout() {
        "there was no answer in time".to_owned()
    } else {
        format!("it cannot be reached ({text})")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(private: bool, url: &str) -> bool {
        let outgoing = Outside::new(private, Duration::from_secs(1)).unwrap();
        outgoing.check(&url.parse().unwrap()).is_ok()
    }

    #[test]
    fn plain_or_private_addresses_are_not_used_unless_that_is_wanted() {
        for fine in [
            "https://hooks.example/x?y=1",
            "https://93.184.216.34/",
            "https://[2606:4700::1111]/",
        ] {
            assert!(allowed(false, fine) && allowed(true, fine), "{fine}");
        }
        for private in [
            "http://127.0.0.1:9/",
            "http://localhost/",
            "https://10.0.0.1/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest",
        ] {
            assert!(!allowed(false, private) && allowed(true, private), "{private}");
        }
        for never in [
            "http://hooks.example/",
            "http://10.0.0.1/",
            "ftp://hooks.example/",
            "https://a:b@hooks.example/",
            "https://hooks.example/#x",
            "data:,x",
        ] {
            assert!(!allowed(false, never) && !allowed(true, never), "{never}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_to_us_is_not_followed() {
        let resolver = PublicOnly { private: false };
        assert!(resolver.resolve("localhost".parse().unwrap()).await.is_err());
        let resolver = PublicOnly { private: true };
        assert!(resolver.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
