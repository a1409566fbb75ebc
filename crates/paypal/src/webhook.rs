//! Webhooks: believed only when PayPal's signature over the raw body holds (reference 7).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use docket_connector::credentials::{CredentialsError, is_loopback};
use docket_connector::http::{Call, Certificates};
use docket_connector::{About, Nudge, Webhook, WebhookRefused};
use docket_core::id::DisputeRef;
use http::StatusCode;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use serde::Deserialize;
use url::Url;
use webpki::{EndEntityCert, KeyUsage};

use crate::PayPal;
use crate::wire::Text;

/// PayPal repeats a webhook for three days (reference 7); what is older was recorded and played again.
const OLDEST: Duration = Duration::days(3);
/// How far clocks may differ.
const SKEW: Duration = Duration::minutes(5);
/// Where PayPal serves its signing certificates.
const CERTIFICATES: &str = "/v1/notifications/certs/";
/// A chain of certificates is far smaller.
const CHAIN_CAP: usize = 256 * 1024;

/// Whose signatures count.
#[derive(Debug, Clone)]
pub struct WebhookTrust {
    /// Hosts that certificates may come from, without port. Plain http is acceptable for loopback hosts only, and only
    /// where they are named here.
    pub hosts: Vec<String>,
    /// Roots that the certificates must chain to.
    pub roots: Vec<TrustAnchor<'static>>,
}

impl WebhookTrust {
    /// PayPal's hosts of the base address's environment (both environments for other hosts), and Mozilla's roots; beside
    /// them what the configuration adds.
    ///
    /// # Errors
    /// When the configured roots are no certificates.
    pub fn paypal(base: &Url, more: &Certificates) -> Result<Self, CredentialsError> {
        let live = ["api.paypal.com", "api-m.paypal.com"];
        let sandbox = ["api.sandbox.paypal.com", "api-m.sandbox.paypal.com"];
        let hosts: Vec<&str> = match base.host_str() {
            Some(host) if host.ends_with(".sandbox.paypal.com") => sandbox.to_vec(),
            Some(host) if host.ends_with(".paypal.com") => live.to_vec(),
            Some(_) | None => [live, sandbox].concat(),
        };
        let mut roots = webpki_roots::TLS_SERVER_ROOTS.to_vec();
        for certificate in CertificateDer::pem_slice_iter(&more.roots) {
            let unreadable =
                |_| CredentialsError::Unusable("the configured webhook roots are no PEM certificates".into());
            let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
            let anchor = webpki::anchor_from_trusted_cert(&certificate)
                .map_err(|error| unreadable(error.to_string()))?;
            roots.push(anchor.to_owned());
        }
        Ok(Self {
            hosts: hosts
                .into_iter()
                .map(str::to_owned)
                .chain(more.hosts.iter().cloned())
                .collect(),
            roots,
        })
    }

    fn address(&self, text: &str) -> Result<Url, WebhookRefused> {
        let refuse = |why: &str| {
            Err(WebhookRefused::NotGenuine(format!(
                "the certificate's address {why}"
            )))
        };
        let Ok(url) = Url::parse(text) else {
            return refuse("is no address");
        };
        let host = url.host_str().unwrap_or_default();
        if !self.hosts.iter().any(|known| known == host) {
            return refuse("is not on a host of PayPal");
        }
        // A trusted host is trusted on its usual port; a loopback host on any.
        let secure = url.scheme() == "https" && url.port().is_none();
        let local = is_loopback(&url) && matches!(url.scheme(), "http" | "https");
        if !secure && !local {
            return refuse("is not https");
        }
        // A test server on this machine may stand below a path, like the address of its API.
        let place = url.path().split_once(CERTIFICATES);
        let kept = place.is_some_and(|(before, _)| before.is_empty() || local);
        if !kept || !url.username().is_empty() || url.password().is_some() {
            return refuse("is not where PayPal keeps its certificates");
        }
        Ok(url)
    }

    /// The signer's name must belong to PayPal: a trusted host, or a name in the same domain (PayPal signs with
    /// certificates of other hosts than the one that serves them). Loopback hosts have roots of their own instead.
    fn names(&self, url: &Url, certificate: &EndEntityCert<'_>) -> bool {
        let belongs = |name: &str| {
            self.hosts.iter().any(|host| {
                let domain = host.split_once('.').map_or(host.as_str(), |(_, domain)| domain);
                name == host
                    || name
                        .strip_suffix(domain)
                        .is_some_and(|front| front.ends_with('.'))
            })
        };
        is_loopback(url)
            || certificate
                .valid_dns_names()
                .any(|name| belongs(&name.to_ascii_lowercase()))
    }
}

/// The headers that carry the signature.
struct Signed<'a> {
    id: &'a str,
    time: &'a str,
    signature: Vec<u8>,
    certificate: &'a str,
}

impl<'a> Signed<'a> {
    fn read(webhook: &Webhook<'a>) -> Result<Self, WebhookRefused> {
        let header = |name: &'static str| {
            let found = webhook
                .headers
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name));
            found
                .map(|(_, value)| value.as_str())
                .filter(|v| !v.is_empty())
                .ok_or(WebhookRefused::Header(name))
        };
        if header("paypal-auth-algo")? != "SHA256withRSA" {
            return Err(WebhookRefused::Header("paypal-auth-algo"));
        }
        let signature = BASE64_STANDARD.decode(header("paypal-transmission-sig")?);
        Ok(Self {
            id: header("paypal-transmission-id")?,
            time: header("paypal-transmission-time")?,
            signature: signature.map_err(|_| WebhookRefused::Header("paypal-transmission-sig"))?,
            certificate: header("paypal-cert-url")?,
        })
    }

    fn check_age(&self, received_at: DateTime<Utc>) -> Result<(), WebhookRefused> {
        let sent = DateTime::parse_from_rfc3339(self.time)
            .map_err(|_| WebhookRefused::Header("paypal-transmission-time"))?
            .with_timezone(&Utc);
        let age = received_at - sent;
        if age > OLDEST + SKEW {
            return Err(WebhookRefused::NotGenuine(
                "it was sent more than three days ago".to_owned(),
            ));
        }
        if age < -SKEW {
            return Err(WebhookRefused::NotGenuine(
                "it was sent in the future: compare this machine's clock".to_owned(),
            ));
        }
        Ok(())
    }
}

impl PayPal {
    /// Verifies locally; the only call is for a certificate that was not seen before.
    pub(crate) async fn verify(&self, webhook: Webhook<'_>) -> Result<Nudge, WebhookRefused> {
        let webhook_id = self
            .webhook_id
            .as_deref()
            .ok_or(WebhookRefused::NotConfigured("webhook_id"))?;
        let signed = Signed::read(&webhook)?;
        signed.check_age(webhook.received_at)?;
        let url = self.trust.address(signed.certificate)?;
        let message = format!(
            "{}|{}|{webhook_id}|{}",
            signed.id,
            signed.time,
            crc32fast::hash(webhook.body)
        );
        let remembered = self.http.shared().remembered(url.as_str());
        let known = remembered.is_some();
        let chain = match remembered {
            Some(chain) => chain,
            None => self.certificates(&url).await?,
        };
        self.genuine(
            &url,
            &chain,
            webhook.received_at,
            message.as_bytes(),
            &signed.signature,
        )?;
        // Kept only now, when it chains to a root: a wrong answer must not stay.
        if !known {
            self.http.shared().remember(url.as_str(), chain);
        }
        nudge(webhook.body)
    }

    async fn certificates(&self, url: &Url) -> Result<Bytes, WebhookRefused> {
        let later = |why: String| {
            WebhookRefused::Later(format!("the signer's certificate could not be fetched: {why}"))
        };
        // Neither token nor assertion go along: this is a public document.
        let http = self
            .http
            .shared()
            .account("paypal", "certificates", crate::errors::reference);
        let answer = http
            .send(Call::get(url.clone(), "/v1/notifications/certs/{id}"))
            .await;
        let answer = answer.map_err(|error| later(error.to_string()))?;
        match answer.status {
            StatusCode::OK if answer.body.len() <= CHAIN_CAP => Ok(answer.body),
            StatusCode::OK => Err(WebhookRefused::NotGenuine(
                "the certificate is too long to be one".to_owned(),
            )),
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(WebhookRefused::NotGenuine(
                "there is no such certificate".to_owned(),
            )),
            status => Err(later(format!("answered {}", status.as_u16()))),
        }
    }

    fn genuine(
        &self,
        url: &Url,
        chain: &[u8],
        at: DateTime<Utc>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), WebhookRefused> {
        let refuse = |why: &str| WebhookRefused::NotGenuine(why.to_owned());
        let chain: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|_| refuse("the certificate cannot be read"))?;
        let (signer, between) = chain
            .split_first()
            .ok_or_else(|| refuse("there is no certificate at its address"))?;
        let signer = EndEntityCert::try_from(signer).map_err(|_| refuse("the certificate cannot be read"))?;
        let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
        signer
            .verify_for_usage(
                webpki::ALL_VERIFICATION_ALGS,
                &self.trust.roots,
                between,
                UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)),
                KeyUsage::server_auth(),
                None,
                None,
            )
            .map_err(|error| {
                WebhookRefused::NotGenuine(format!("the certificate does not hold ({error})"))
            })?;
        if !self.trust.names(url, &signer) {
            return Err(refuse("the certificate does not belong to PayPal"));
        }
        signer
            .verify_signature(webpki::ring::RSA_PKCS1_2048_8192_SHA256, message, signature)
            .map_err(|_| refuse("the signature does not fit body, time and webhook id"))
    }
}

/// The dispute that an event speaks of. Its content is a reduced dispute and only a hint (reference 7).
fn nudge(body: &[u8]) -> Result<Nudge, WebhookRefused> {
    #[derive(Deserialize)]
    struct Event<'a> {
        #[serde(borrow)]
        id: Option<Text<'a>>,
        #[serde(borrow)]
        event_type: Option<Text<'a>>,
        #[serde(borrow)]
        resource: Option<Resource<'a>>,
    }
    #[derive(Deserialize)]
    struct Resource<'a> {
        #[serde(borrow)]
        dispute_id: Option<Text<'a>>,
    }
    let refuse = |why: &str| WebhookRefused::Body(why.to_owned());
    let event: Event<'_> = serde_json::from_slice(body).map_err(|_| refuse("it is no JSON event"))?;
    let kind = event.event_type.ok_or_else(|| refuse("it has no `event_type`"))?;
    // RISK.DISPUTE.CREATED is the older name (reference 7).
    if !kind.as_str().starts_with("CUSTOMER.DISPUTE.") && !kind.as_str().starts_with("RISK.DISPUTE.") {
        return Err(refuse(
            "its `event_type` is none of disputes: subscribe to CUSTOMER.DISPUTE events only",
        ));
    }
    let id = event.id.ok_or_else(|| refuse("it has no `id`"))?;
    let dispute = event.resource.and_then(|resource| resource.dispute_id);
    let dispute = dispute.ok_or_else(|| refuse("it has no `resource.dispute_id`"))?;
    Ok(Nudge {
        event: id.0.into_owned(),
        topic: kind.0.into_owned(),
        about: About::Dispute(DisputeRef(dispute.0.into_owned())),
    })
}
