//! Requests with an idempotency key: done once, answered the same again.

use std::future::Future;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use docket_app::{Desk, KeptAnswer, RequestBegun};
use docket_core::id::TokenId;
use sha2::{Digest, Sha256};

use super::Problem;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key, in bytes.
const LONGEST: usize = 200;
/// The headers that belong to an answer.
const KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::LOCATION];

/// Does a request, or tells what it was answered before.
pub async fn once<F: Future<Output = Response>>(
    desk: &Desk,
    token: TokenId,
    request: Request,
    work: impl FnOnce(Request) -> F,
) -> Response {
    let key = match key(request.method(), request.headers()) {
        Ok(Some(key)) => key,
        Ok(None) => return work(request).await,
        Err(problem) => return problem.into_response(),
    };
    let (request, fingerprint) = match read(request).await {
        Ok(read) => read,
        Err(problem) => return problem.into_response(),
    };
    match desk.begin_request(token, &key, &fingerprint).await {
        Err(error) => Problem::from(error).into_response(),
        Ok(RequestBegun::First) => keep(desk, token, &key, work(request).await).await,
        Ok(RequestBegun::Again(answer)) => again(answer),
        Ok(RequestBegun::Other) => Problem::key_reused(
            "Another request was sent with this Idempotency-Key. Choose a fresh key for each thing that is to be done.",
        )
        .into_response(),
        Ok(RequestBegun::Running) => Problem::in_progress(
            "Ask again in a moment with the same key. If this stays, the first one broke off: look what it did, then use a fresh key.",
        )
        .header(header::RETRY_AFTER, "1")
        .into_response(),
    }
}

fn key(method: &Method, headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(KEY).filter(|_| *method == Method::POST) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    let plain = text.bytes().all(|b| b.is_ascii_graphic());
    if text.is_empty() || text.len() > LONGEST || !plain {
        return Err(Problem::wrong(format!(
            "An Idempotency-Key has 1 to {LONGEST} printable ASCII characters, none of them a blank."
        )));
    }
    Ok(Some(text.to_owned()))
}

/// What is asked, as a hash: the same key may not stand for anything else.
async fn read(request: Request) -> Result<(Request, [u8; 32]), Problem> {
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let body = Bytes::from_request(whole, &()).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            super::too_large()
        } else {
            Problem::wrong("The body broke off.")
        }
    })?;
    let text = |name| {
        parts
            .headers
            .get(name)
            .map(HeaderValue::as_bytes)
            .unwrap_or_default()
    };
    let line = format!("{} {}", parts.method, parts.uri);
    let mut hash = Sha256::new();
    for part in [
        line.as_bytes(),
        text(header::CONTENT_TYPE),
        text(header::IF_MATCH),
        &body,
    ] {
        // Lengths go in front, so that no two different requests hash the same bytes.
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let fingerprint = hash.finalize().into();
    Ok((Request::from_parts(parts, Body::from(body)), fingerprint))
}

async fn keep(desk: &Desk, token: TokenId, key: &str, response: Response) -> Response {
    if response.headers().contains_key(header::RETRY_AFTER) {
        // Nothing was done, and it says to try again: the key is free for that.
        if let Err(error) = desk.forget_request(token, key).await {
            tracing::error!(%error, "the key of a request that was not done could not be given back");
        }
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Problem::internal("The answer broke off.").into_response();
    };
    let kept = KEPT.iter().filter_map(|name| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some((name.to_string(), value.to_owned()))
    });
    let answer = KeptAnswer {
        status: parts.status.as_u16(),
        headers: kept.collect(),
        body: body.to_vec(),
    };
    if let Err(error) = desk.keep_answer(token, key, &answer).await {
        // Who asks again is told to look, and nothing is done twice.
        tracing::error!(%error, "the answer to a request with a key could not be kept");
    }
    Response::from_parts(parts, Body::from(body))
}

fn again(answer: KeptAnswer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
