//! The authorization-code flow (reference 1): the page where the merchant agrees, and the exchange of the code that comes
//! back for an offline token that renews itself.

use std::time::Duration;

use docket_connector::Error;
use docket_connector::credentials::endpoint;
use docket_connector::http::Shared;
use futures::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use crate::auth::{self, App, Given, token_address};
use crate::{errors, signature, token};

/// What the desk asks for where the credentials name no `scopes` (reference 1, "Scopes").
pub(crate) const SCOPES: [&str; 8] = [
    "read_shopify_payments_disputes",
    "read_shopify_payments_dispute_evidences",
    "write_shopify_payments_dispute_evidences",
    "write_shopify_payments_dispute_file_uploads",
    "read_orders",
    "read_returns",
    "read_legal_policies",
    "read_shopify_payments_accounts",
];

/// The official library tolerates as much difference of clocks.
const SKEW: Duration = Duration::from_secs(90);

fn read(credentials: &SecretString) -> Result<(Given, App), String> {
    let given = Given::read(credentials).map_err(|error| error.to_string())?;
    let app = given.app.clone().ok_or_else(|| {
        "the credentials lack `client_id` and `client_secret`: copy both from the app's settings in Shopify's Dev Dashboard"
            .to_owned()
    })?;
    Ok((given, app))
}

/// The page where the merchant agrees.
pub(crate) fn page(
    base: &Url,
    credentials: &SecretString,
    redirect: &Url,
    state: &str,
) -> Result<Url, String> {
    let (given, app) = read(credentials)?;
    let base = auth::base(base.clone(), &given.domain).map_err(|error| error.to_string())?;
    let mut url = endpoint(&base, &["admin", "oauth", "authorize"]);
    url.query_pairs_mut()
        .append_pair("client_id", &app.id)
        .append_pair("scope", &given.scopes.unwrap_or_else(|| SCOPES.join(",")))
        .append_pair("redirect_uri", redirect.as_str())
        .append_pair("state", state)
        // Empty asks for an offline token.
        .append_pair("grant_options[]", "");
    Ok(url)
}

/// Checks the returned address and exchanges its code.
pub(crate) fn exchange<'a>(
    base: &'a Url,
    credentials: &'a SecretString,
    returned: &'a Url,
    state: &'a str,
    shared: &'a Shared,
) -> BoxFuture<'a, Result<SecretString, Error>> {
    Box::pin(async move {
        let refuse = |message: String| Error::Auth {
            message,
            reference: None,
        };
        let (given, app) = read(credentials).map_err(refuse)?;
        let base = auth::base(base.clone(), &given.domain).map_err(|error| refuse(error.to_string()))?;
        let now = shared.env().now();
        let code =
            checked(returned, state, &given, &app, now.timestamp()).map_err(|why| refuse(why.to_owned()))?;
        let http = shared.account("shopify", &format!("{base} {}", app.id), errors::reference);
        let body = json!({
            "client_id": app.id,
            "client_secret": app.secret.expose_secret(),
            "code": code,
            // A token that renews itself: public apps get no other one (reference fact 10).
            "expiring": "1",
        });
        let issued = token::issue(&http, &token_address(&base), body).await?;
        issued.credentials(&plain(credentials)?, now)
    })
}

/// The code, if the address is genuine, ours, of this shop and fresh.
fn checked(returned: &Url, state: &str, given: &Given, app: &App, now: i64) -> Result<String, &'static str> {
    let value = |key: &str| {
        let mut values = returned.query_pairs().filter(|(known, _)| known == key);
        // A key that comes twice is ambiguous, whatever the signature says.
        let first = values.next()?.1.into_owned();
        values.next().is_none().then_some(first)
    };
    if !signature::redirect(&app.secret, returned) {
        return Err(
            "the returned address is not signed by Shopify: compare `client_secret` with the app's settings, and copy the \
             whole address",
        );
    }
    if value("state").as_deref() != Some(state) {
        return Err(
            "the returned address belongs to another attempt: begin again with `docket connection authorize`",
        );
    }
    let shop = value("shop").and_then(|shop| auth::domain(&shop).ok());
    if shop.as_deref() != Some(given.domain.as_str()) {
        return Err(
            "the returned address belongs to another shop: log in to the shop that the credentials name",
        );
    }
    let sent: Option<i64> = value("timestamp").and_then(|text| text.parse().ok());
    let fresh = sent.is_some_and(|sent| now.abs_diff(sent) <= SKEW.as_secs());
    if !fresh {
        return Err(
            "the returned address is older than 90 seconds: begin again with `docket connection authorize`, and check this \
             machine's clock",
        );
    }
    value("code").ok_or("the returned address holds no code: begin again with `docket connection authorize`")
}

/// The credentials without what an earlier authorisation left.
fn plain(credentials: &SecretString) -> Result<SecretString, Error> {
    let mut file: serde_json::Map<String, Value> = serde_json::from_str(credentials.expose_secret())
        .map_err(|_| Error::contract("the credentials are no JSON object"))?;
    for key in [
        "access_token",
        "refresh_token",
        "expires_at",
        "refresh_expires_at",
    ] {
        file.remove(key);
    }
    Ok(Value::Object(file).to_string().into())
}
