//! Klarna's own limit: so many requests a second for each merchant id and class of operations (reference 2).

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{ApiError, auth, error::order_error};
use crate::{app::App, platform::Platform};

const WINDOW: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Class {
    Disputes,
    Orders,
}

/// When each account called within the last second.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    calls: Mutex<HashMap<(usize, Class), VecDeque<Instant>>>,
}

impl Limits {
    /// What is left after this call; `None` where it came too early. A refused call does not count.
    fn take(&self, account: usize, class: Class, most: usize) -> Option<usize> {
        let now = Instant::now();
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = calls.entry((account, class)).or_default();
        while calls.front().is_some_and(|at| now - *at >= WINDOW) {
            calls.pop_front();
        }
        let left = most.checked_sub(calls.len() + 1)?;
        calls.push_back(now);
        Some(left)
    }
}

pub(crate) async fn limit(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(account) = auth::owner(&app, request.headers()) else {
        return next.run(request).await;
    };
    let class = match request.uri().path().contains("/ordermanagement/") {
        true => Class::Orders,
        false => Class::Disputes,
    };
    // Test hosts give other operations a quarter of what disputes get.
    let usual = match class {
        Class::Disputes => 200,
        Class::Orders => 50,
    };
    let settings = app.world().klarna.settings(account);
    let most = settings.requests_per_second.unwrap_or(usual);
    let left = app.klarna_limits.take(account, class, most);
    let mut response = match (left, class) {
        (Some(_), _) => next.run(request).await,
        (None, Class::Disputes) => ApiError::rate_limited().into_response(),
        (None, Class::Orders) => order_error(
            StatusCode::TOO_MANY_REQUESTS,
            "RATE_LIMITED",
            "Too many requests.",
        ),
    };
    if left.is_none() {
        app.rates.limited(Platform::Klarna, account);
    }
    let headers = [
        ("x-ratelimit-limit", format!("{most}, {most};w=1")),
        ("x-ratelimit-remaining", left.unwrap_or(0).to_string()),
        ("x-ratelimit-reset", "1".to_owned()),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    }
    response
}
