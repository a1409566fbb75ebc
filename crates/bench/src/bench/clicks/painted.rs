//! What somebody sees who sits at a browser: when a page is first painted, and how long a filter takes from the click.

use docket_browser::{Browser, keys};
use serde_json::{Value, json};

use super::seed::{PASSWORD, email};

/// Times that each is measured.
const TIMES: usize = 30;

/// Writes down when the next page was asked for; a page's clock begins with its own navigation.
const ASKED: &str = "sessionStorage.setItem('asked', performance.timeOrigin + performance.now());";
/// When this page was first painted, from its own beginning; null before.
const FIRST: &str = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime";

/// Milliseconds of each time, in order.
#[derive(Debug, Default)]
pub struct Painted {
    /// The queue, from the address to its first paint, with nothing kept of earlier pages.
    pub first: Vec<f64>,
    /// From a click on a figure above the queue to its list.
    pub figure: Vec<f64>,
    /// From a press on the filters' button to the list.
    pub filter: Vec<f64>,
}

impl Painted {
    /// Of an idle desk, by its first person; none, and said, where there is no browser here.
    pub async fn by_one(address: &str) -> Option<Self> {
        let browser = Browser::open(address).await?;
        browser.go("/log-in").await;
        browser.fill("#email", &email(0)).await;
        browser.fill("#password", PASSWORD).await;
        browser.keys(keys::ENTER).await;
        browser.until("the queue", "location.pathname === '/queue'").await;
        let mut painted = Self::default();
        browser.cdp("Network.enable", json!({})).await;
        cached(&browser, false).await;
        for _ in 0..TIMES {
            browser.go("/queue?open=1").await;
            browser.until("a paint", &format!("{FIRST} !== undefined")).await;
            painted
                .first
                .push(number(&browser.run(&format!("return {FIRST};")).await));
        }
        cached(&browser, true).await;
        for _ in 0..TIMES {
            painted.figure.push(
                narrowed(
                    &browser,
                    "document.querySelector('a.figure[href*=\"turn=ours\"]').click();",
                )
                .await,
            );
            painted.filter.push(
                narrowed(
                    &browser,
                    "document.querySelector('form.filters [name=platform]').value = 'paypal'; \
                     document.querySelector('form.filters button[type=submit]').click();",
                )
                .await,
            );
        }
        for times in [&mut painted.first, &mut painted.figure, &mut painted.filter] {
            times.sort_by(f64::total_cmp);
        }
        browser.close().await;
        Some(painted)
    }
}

/// Of so many times, in order, the one that 95 of 100 do not exceed.
pub fn p95(times: &[f64]) -> f64 {
    let rank = (times.len() * 95).div_ceil(100);
    times.get(rank.max(1) - 1).copied().unwrap_or(f64::NAN)
}

async fn cached(browser: &Browser, wanted: bool) {
    let off = json!({ "cacheDisabled": !wanted });
    browser.cdp("Network.setCacheDisabled", off).await;
}

/// From the click on the open queue to the first paint of the page that it leads to.
async fn narrowed(browser: &Browser, click: &str) -> f64 {
    browser.go("/queue?open=1").await;
    browser
        .until("a page to click on", &format!("{FIRST} !== undefined"))
        .await;
    browser.run(&format!("{ASKED} {click}")).await;
    let there = format!("/turn=ours|platform=paypal/.test(location.search) && {FIRST} !== undefined");
    browser.until("the narrowed list", &there).await;
    let waited = format!("return performance.timeOrigin + {FIRST} - sessionStorage.getItem('asked');");
    number(&browser.run(&waited).await)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::p95;

    #[test]
    fn one_in_twenty_may_be_slower() {
        let times: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(p95(&times), 95.0);
        assert_eq!(p95(&[7.0]), 7.0);
        assert!(p95(&[]).is_nan());
    }
}
