//! Every page with every sample in a real browser: nothing that axe calls serious, and no page that scrolls sideways.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::Html;
use axum::routing::get;
use docket_browser::Browser;

use super::markup::each_page;
use crate::assets;
use crate::samples::Samples;

/// Serves pages as they are, with the stylesheet; gives the address.
async fn serve(pages: Vec<String>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let page = move |Path(number): Path<usize>| async move { Html(pages[number].clone()) };
    let router = Router::new()
        .route("/{number}", get(page))
        .route(crate::urls::STYLES, get(assets::styles));
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

/// All samples as HTML, each with its name.
struct All(Vec<(String, String)>);

impl super::markup::Each for All {
    fn page<P: Samples + Template>(&mut self) {
        for (index, page) in P::samples().iter().enumerate() {
            let name = std::any::type_name::<P>().rsplit("::").next().unwrap_or_default();
            self.0.push((format!("{name} {index}"), page.render().unwrap()));
        }
    }
}

/// Each sample in a theme, enlarged so much.
async fn look(theme: &str, percent: u32) {
    let mut all = All(Vec::new());
    each_page(&mut all);
    assert!(all.0.len() > 60, "the samples are gone");
    let base = serve(all.0.iter().map(|(_, html)| html.clone()).collect()).await;
    let Some(browser) = Browser::open(&base).await else {
        return;
    };
    let mut faults = Vec::new();
    browser.system_theme(theme).await;
    browser.zoom(percent).await;
    for (number, (name, _)) in all.0.iter().enumerate() {
        browser.go(&format!("/{number}")).await;
        for fault in browser.faults().await {
            faults.push(format!("{name}, {theme}, {percent} %: {fault}"));
        }
    }
    browser.close().await;
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[tokio::test]
async fn browser_every_sample_is_accessible_in_light() {
    look("light", 100).await;
}

#[tokio::test]
async fn browser_every_sample_is_accessible_in_the_dark_and_enlarged() {
    look("dark", 200).await;
}
