//! A clock that tests move, and a server that breaks off where it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use docket_connector::http::{Http, HttpSettings, Shared};
use docket_core::env::{Env, Source};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

#[derive(Debug, Clone, Default)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Source for Clock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + self.0.load(Ordering::SeqCst), 0).unwrap()
    }
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

pub fn account(clock: &Clock) -> Http {
    let settings = HttpSettings {
        read_timeout: Duration::from_millis(300),
        ..HttpSettings::default()
    };
    let shared = Shared::new(Env::new(clock.clone()), settings).unwrap();
    shared.account("test", "account", |headers, _| {
        Some(headers.get("x-reference")?.to_str().ok()?.to_owned())
    })
}

/// Answers each connection with these bytes after the request's head and body were read, then closes it.
/// `None` never answers.
pub async fn raw(answer: Option<&'static [u8]>) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut buffer = [0u8; 4096];
            let _ = socket.read(&mut buffer).await;
            match answer {
                Some(bytes) => {
                    let _ = socket.write_all(bytes).await;
                }
                None => kept.push(socket),
            }
        }
    });
    url
}
