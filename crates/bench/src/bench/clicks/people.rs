//! People who click, and how long they wait.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rand::{Rng, SeedableRng};
use reqwest::StatusCode;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;

use super::screens::Screen;
use super::seed::{PASSWORD, Seeded, email};

/// How long and how fast.
#[derive(Debug, Clone, Copy)]
pub struct Visit {
    pub seconds: u64,
    pub thinking: Duration,
}

/// What was measured of one page.
#[derive(Debug, Clone, Copy)]
pub struct Waited {
    pub count: u64,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    /// The largest answer, in bytes.
    pub largest: usize,
}

/// Milliseconds and bytes of every click.
#[derive(Debug, Default)]
pub struct Clicks(BTreeMap<Screen, Vec<(f64, usize)>>);

impl Clicks {
    pub fn screens(&self) -> impl Iterator<Item = Screen> {
        self.0.keys().copied()
    }

    pub fn of(&self, screen: Screen) -> Waited {
        let clicks = self.0.get(&screen).map_or(&[][..], Vec::as_slice);
        let mut times: Vec<f64> = clicks.iter().map(|(ms, _)| *ms).collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let rank = (times.len() as f64 * share).ceil() as usize;
            times.get(rank.max(1) - 1).copied().unwrap_or(f64::NAN)
        };
        Waited {
            count: times.len() as u64,
            p50: at(0.5),
            p95: at(0.95),
            p99: at(0.99),
            largest: clicks.iter().map(|(_, bytes)| *bytes).max().unwrap_or(0),
        }
    }
}

/// So many people at once, each thinking between two clicks; `open` opens a page and gives its bytes.
pub async fn all<F, A>(people: usize, visit: Visit, open: F) -> Result<Clicks>
where
    F: Fn(usize, Screen, usize) -> A + Clone + Send + 'static,
    A: Future<Output = Result<usize>> + Send,
{
    let end = Instant::now() + Duration::from_secs(visit.seconds);
    let each = (0..people).map(|person| {
        let open = open.clone();
        tokio::spawn(async move {
            let mut chance = rand::rngs::StdRng::seed_from_u64(person as u64);
            let mut clicks = Vec::new();
            let mut turn = person;
            loop {
                tokio::time::sleep(visit.thinking.mul_f64(chance.random_range(0.5..1.5))).await;
                if Instant::now() >= end {
                    return Ok::<_, anyhow::Error>(clicks);
                }
                let screen = Screen::CLICKS[turn % Screen::CLICKS.len()];
                let begun = Instant::now();
                let bytes = open(person, screen, turn * people + person).await?;
                clicks.push((screen, begun.elapsed().as_secs_f64() * 1e3, bytes));
                turn += 1;
            }
        })
    });
    let mut found = Clicks::default();
    for person in each.collect::<Vec<_>>() {
        for (screen, ms, bytes) in person.await.context("a person fell over")?? {
            found.0.entry(screen).or_default().push((ms, bytes));
        }
    }
    Ok(found)
}

pub async fn click(address: &str, cookies: &[String], seeded: &Seeded, visit: Visit) -> Result<Clicks> {
    let http = client()?;
    let (address, cookies, seeded) = (address.to_owned(), cookies.to_vec(), seeded.clone());
    all(cookies.len(), visit, move |person, screen, turn| {
        let url = format!("{address}{}", seeded.path(screen, turn));
        let asked = http.get(&url).header(COOKIE, &cookies[person]);
        async move {
            let answer = asked.send().await?;
            let status = answer.status();
            let bytes = answer.bytes().await?.len();
            if status != StatusCode::OK {
                bail!("{url} answers with {status}");
            }
            Ok(bytes)
        }
    })
    .await
}

fn client() -> Result<reqwest::Client> {
    // An error only says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()
        .context("cannot make an HTTP client")
}

/// The address of the queue's second page, as the first one says it.
pub async fn second_page(address: &str, cookie: &str) -> Result<String> {
    let first = client()?
        .get(format!("{address}/queue?open=1"))
        .header(COOKIE, cookie);
    let answer = first.send().await?;
    if answer.status() != StatusCode::OK {
        bail!("the queue answers with {}", answer.status());
    }
    let page = answer.text().await?;
    let (_, link) = page
        .split_once("rel=\"next\" href=\"")
        .context("the queue has no second page")?;
    let (link, _) = link.split_once('"').context("the queue's link has no end")?;
    Ok(link.replace("&amp;", "&").replace("&#38;", "&"))
}

/// Chooses the passwords behind these links and logs everybody in; gives their cookies.
pub async fn log_in(address: &str, links: &[String]) -> Result<Vec<String>> {
    let http = client()?;
    let mut cookies = Vec::new();
    for (number, link) in links.iter().enumerate() {
        let twice = [("password", PASSWORD), ("repeated", PASSWORD)];
        let chosen = http.post(format!("{address}{link}")).form(&twice).send().await?;
        if chosen.status().is_client_error() || chosen.status().is_server_error() {
            bail!("a password was refused: {}", chosen.status());
        }
        let who = [("email", email(number)), ("password", PASSWORD.to_owned())];
        let came = http.post(format!("{address}/log-in")).form(&who).send().await?;
        let cookie = came
            .headers()
            .get(SET_COOKIE)
            .and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next());
        let cookie = cookie.with_context(|| {
            format!(
                "no log-in: {} to {:?}",
                came.status(),
                came.headers().get(LOCATION)
            )
        })?;
        cookies.push(cookie.to_owned());
    }
    Ok(cookies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_clicks_that_happened() {
        let mut clicks = Clicks::default();
        let times = (1..=100).map(|ms| (f64::from(ms), 10));
        clicks.0.insert(Screen::Queue, times.collect());
        let waited = clicks.of(Screen::Queue);
        assert_eq!((waited.p50, waited.p95, waited.p99), (50.0, 95.0, 99.0));
        assert_eq!((waited.count, waited.largest), (100, 10));
    }
}
