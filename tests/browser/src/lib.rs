//! A headless Chromium for tests, driven over WebDriver. `cargo xtask test` finds or installs it.

mod cdp;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use cdp::Own;

const DRIVER_VARIABLE: &str = "DOCKET_TEST_CHROMEDRIVER";
const AXE_VARIABLE: &str = "DOCKET_TEST_AXE";
/// How long a condition is awaited.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(40);

/// Keys as WebDriver types them; a modifier holds until the end of what is typed.
pub mod keys {
    pub(crate) const CONTROL: char = '\u{e009}';
    pub const ENTER: &str = "\u{e007}";
    pub const TAB: &str = "\u{e004}";
    pub const ESCAPE: &str = "\u{e00c}";
    pub const CONTROL_ENTER: &str = "\u{e009}\u{e007}";
    pub const CONTROL_K: &str = "\u{e009}k";
}

/// A browser with one page.
pub struct Browser {
    pub page: Client,
    base: String,
    _driver: Driver,
}

/// The driver, which ends with the test.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a driver; its second value is where it listens.
fn start(program: &str) -> (Driver, String) {
    let mut child = Command::new(program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|e| panic!("{program} does not start: {e}"));
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let port = lines
        .map_while(Result::ok)
        .find_map(|line| {
            let port = line
                .split_once("successfully on port ")?
                .1
                .trim_end_matches('.')
                .to_owned();
            port.parse::<u16>().ok()
        })
        .expect("the driver says its port");
    (Driver(child), format!("http://127.0.0.1:{port}"))
}

impl Browser {
    /// A fresh browser on pages below `base`; none, and said, where there is no browser here.
    pub async fn open(base: &str) -> Option<Self> {
        let Ok(program) = std::env::var(DRIVER_VARIABLE) else {
            eprintln!("SKIPPED: no browser here ({DRIVER_VARIABLE} is not set)");
            return None;
        };
        let (driver, url) = start(&program);
        let options = json!({ "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900",
            "--force-prefers-reduced-motion",
        ] });
        let wanted = json!({
            "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "pageLoad": 30_000, "script": 30_000 },
        });
        let page = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.as_object().expect("an object").clone())
            .connect(&url)
            .await
            .expect("a session of the browser");
        Some(Self {
            page,
            base: base.to_owned(),
            _driver: driver,
        })
    }

    /// Ends the browser as it should; a test that failed just kills it.
    pub async fn close(self) {
        // It may be gone already.
        let _ = self.page.clone().close().await;
    }

    pub async fn go(&self, path: &str) {
        let url = format!("{}{path}", self.base);
        self.page
            .goto(&url)
            .await
            .unwrap_or_else(|e| panic!("{url}: {e}"));
    }

    /// The path of the page.
    pub async fn path(&self) -> String {
        let url = self.page.current_url().await.expect("an address");
        url.path().to_owned()
    }

    /// What a script gives.
    pub async fn run(&self, script: &str) -> Value {
        self.page
            .execute(script, Vec::new())
            .await
            .unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Waits until an expression is true; while a page gives way to the next one, it is not.
    pub async fn until(&self, what: &str, expression: &str) {
        let begun = Instant::now();
        let script = format!("return Boolean({expression});");
        loop {
            let found = self.page.execute(&script, Vec::new()).await;
            if matches!(found, Ok(Value::Bool(true))) {
                return;
            }
            if begun.elapsed() > PATIENCE {
                let text = self.text().await;
                panic!("never: {what} ({found:?}) on {}:\n{text}", self.path().await);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until the page says so.
    pub async fn says(&self, text: &str) {
        let expression = format!("document.body?.innerText.includes({})", json!(text));
        self.until(&format!("`{text}` on the page"), &expression).await;
    }

    /// What the page says.
    pub async fn text(&self) -> String {
        let text = self
            .page
            .execute("return document.body?.innerText", Vec::new())
            .await;
        text.ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Types on the keyboard, to wherever the focus is at each key: the page may put another element in its place meanwhile.
    pub async fn keys(&self, keys: &str) {
        let mut typed = KeyActions::new("keyboard".to_owned());
        let mut held = Vec::new();
        for key in keys.chars() {
            typed = typed.then(KeyAction::Down { value: key });
            if key == keys::CONTROL {
                held.push(key);
            } else {
                typed = typed.then(KeyAction::Up { value: key });
            }
        }
        for key in held {
            typed = typed.then(KeyAction::Up { value: key });
        }
        let done = self.page.perform_actions(typed).await;
        done.unwrap_or_else(|e| panic!("{keys:?}: {e}"));
    }

    /// Types into a field in place of what is there.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.page.find(fantoccini::Locator::Css(css)).await;
        let field = field.unwrap_or_else(|e| panic!("{css}: {e}"));
        let kind = field.prop("type").await.expect("a property");
        if kind.as_deref() != Some("file") {
            field.clear().await.expect("it can be cleared");
        }
        field.send_keys(text).await.expect("it takes text");
    }

    pub async fn click(&self, css: &str) {
        let found = self.page.find(fantoccini::Locator::Css(css)).await;
        let found = found.unwrap_or_else(|e| panic!("{css}: {e}"));
        found.click().await.unwrap_or_else(|e| panic!("{css}: {e}"));
    }

    /// Dark or light, as the system would say.
    pub async fn system_theme(&self, theme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": theme }]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features }))
            .await;
    }

    /// Enlarged to so many percent of a window of 1280 pixels.
    pub async fn zoom(&self, percent: u32) {
        let (width, height) = (1280 * 100 / percent, 900 * 100 / percent);
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": f64::from(percent) / 100.0, "mobile": false,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// As the page is printed on a sheet whose type area is so many pixels wide.
    pub async fn paper(&self, width: u32) {
        self.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" }))
            .await;
        let metrics = json!({ "width": width, "height": 1047, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Pages run no scripts from now on.
    pub async fn without_scripts(&self) {
        self.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true }))
            .await;
    }

    pub async fn cdp(&self, command: &str, parameters: Value) -> Value {
        self.own(Own::devtools(command, parameters)).await
    }

    async fn own(&self, command: Own) -> Value {
        self.page
            .issue_cmd(command)
            .await
            .expect("the browser takes the command")
    }

    /// What the console complained of since it was asked last: errors of scripts, what the policy forbade, what did not load.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.own(Own::console()).await;
        let entries = entries.as_array().expect("a list of entries");
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        severe
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// A picture of the page, to be looked at; written only where a folder is named.
    pub async fn picture(&self, name: &str) {
        if let Ok(folder) = std::env::var("DOCKET_TEST_PICTURES") {
            let picture = self.page.screenshot().await.expect("a picture");
            std::fs::write(format!("{folder}/{name}.png"), picture).expect("the folder takes it");
        }
    }

    /// What axe finds that is serious or critical; the page's width is checked too. Empty where axe is not here, and said.
    pub async fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let over = self.run(wide).await.as_i64().unwrap_or_default();
        if over > 0 {
            faults.push(format!("the page scrolls sideways by {over} pixels"));
        }
        let Ok(file) = std::env::var(AXE_VARIABLE) else {
            eprintln!("SKIPPED: no accessibility rules here ({AXE_VARIABLE} is not set)");
            return faults;
        };
        if self.run("return typeof axe").await == "undefined" {
            let axe = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{file}: {e}"));
            self.run(&axe).await;
        }
        let check = "const done = arguments[arguments.length - 1];\
            axe.run(document, { resultTypes: ['violations'] }).then((r) => done(r.violations\
              .filter((v) => ['serious', 'critical'].includes(v.impact))\
              .map((v) => v.id + ' (' + v.impact + '): ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '')).join(' | '))),\
              (e) => done(['axe: ' + e]))";
        let found = self
            .page
            .execute_async(check, Vec::new())
            .await
            .expect("axe answers");
        let found = found.as_array().expect("a list");
        faults.extend(found.iter().map(|f| f.as_str().unwrap_or_default().to_owned()));
        faults
    }
}
