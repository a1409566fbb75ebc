//! `cargo xtask check-api`: the API of a real desk under schemathesis, which makes requests out of the OpenAPI document,
//! right ones and wrong ones, and holds the answers against it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::cargo::{self, cargo};

/// The tool, of the line that this was tried with.
const TOOL: &str = "schemathesis>=4.32,<5";
/// Cases that the demo has before it is asked.
const CASES: usize = 60;
const PATIENCE: Duration = Duration::from_secs(180);

/// What a token must open for everything to be reached.
const SCOPES: &[&str] = &[
    "cases:read",
    "cases:write",
    "evidence:write",
    "drafts:write",
    "drafts:send",
    "requests:write",
    "notices:read",
    "notices:write",
    "desk:read",
    "reports:read",
    "reports:send",
    "audit:read",
    "hooks:read",
    "hooks:write",
];

/// A demo that ends with this program.
struct Demo {
    process: Child,
    address: String,
    binary: PathBuf,
    data: PathBuf,
}

impl Drop for Demo {
    fn drop(&mut self) {
        // One that is gone already is fine too.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn run(examples: u32) -> Result<ExitCode> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| cargo::workspace_root().join("target"), PathBuf::from);
    let folder = target.join("check-api");
    let python = tool(&folder)?;
    let mut product = cargo();
    product.args(["build", "--quiet", "--package", "docket"]);
    if cargo::run(&mut product)? != 0 {
        return Ok(ExitCode::FAILURE);
    }
    let demo = Demo::start(&target.join("debug/docket"), &folder)?;
    let token = demo.token()?;
    let settings = folder.join("schemathesis.toml");
    fs::write(&settings, demo.settings()?)?;
    let status = Command::new(python.with_file_name("schemathesis"))
        .current_dir(&folder)
        .arg("--config-file")
        .arg(&settings)
        .arg("run")
        .arg(format!("{}/api/v1/openapi.json", demo.address))
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--max-examples", &examples.to_string()])
        .args([
            "--seed",
            "1",
            "--continue-on-failure",
            "--warnings",
            "off",
            "--no-color",
        ])
        .status()
        .context("schemathesis cannot be started")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A Python of its own with the tool in it; gives its path.
fn tool(folder: &Path) -> Result<PathBuf> {
    let home = folder.join("venv");
    let python = home.join("bin/python");
    if !home.join("bin/schemathesis").exists() {
        fs::create_dir_all(folder)?;
        let made = Command::new("python3").args(["-m", "venv"]).arg(&home).status();
        if !made.context("python3 is not installed")?.success() {
            bail!("python3 cannot make an environment; on Debian: apt-get install python3-venv");
        }
        let installed = Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", TOOL])
            .status()?;
        if !installed.success() {
            bail!("schemathesis cannot be installed; is there a network?");
        }
    }
    Ok(python)
}

impl Demo {
    fn start(binary: &Path, folder: &Path) -> Result<Self> {
        let data = folder.join("data");
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        let log = fs::File::create(folder.join("demo.log"))?;
        let mut process = Command::new(binary)
            .args(["demo", "--port", "0", "--cases", &CASES.to_string(), "--data"])
            .arg(&data)
            .env("DOCKET__WEB__TOKEN_REQUESTS_PER_MINUTE", "1000000")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} cannot be started", binary.display()))?;
        let said = process.stdout.take().context("the demo says nothing")?;
        let mut lines = BufReader::new(said).lines();
        let address = loop {
            let line = lines
                .next()
                .context("the demo ended; see target/check-api/demo.log")??;
            if let Some(address) = line.strip_prefix("Docket demo: ") {
                break address.to_owned();
            }
        };
        // What it says further must go somewhere, or it would wait.
        std::thread::spawn(move || lines.for_each(drop));
        let demo = Self {
            process,
            address,
            binary: binary.to_owned(),
            data,
        };
        let patience = Instant::now() + PATIENCE;
        while demo.list(&["case", "list", "--json"])?.len() < CASES {
            if Instant::now() > patience {
                bail!("the demo has no cases after {} s", PATIENCE.as_secs());
            }
            sleep(Duration::from_secs(1));
        }
        Ok(demo)
    }

    fn call(&self, args: &[&str]) -> Result<String> {
        let said = Command::new(&self.binary)
            .args(args)
            .env("DOCKET__DATA_DIR", &self.data)
            .output()?;
        if !said.status.success() {
            bail!(
                "docket {}: {}",
                args.join(" "),
                String::from_utf8_lossy(&said.stderr)
            );
        }
        Ok(String::from_utf8(said.stdout)?.trim().to_owned())
    }

    fn list(&self, args: &[&str]) -> Result<Vec<Value>> {
        Ok(serde_json::from_str(&self.call(args)?)?)
    }

    fn token(&self) -> Result<String> {
        let mut args = vec!["token", "add", "ada@demo.example"];
        for scope in SCOPES {
            args.extend(["--scope", scope]);
        }
        self.call(&args)
    }

    /// Ids of what there is, so that requests reach further than "there is no such thing".
    fn settings(&self) -> Result<String> {
        let id = |rows: Vec<Value>, what: &str| -> Result<String> {
            let id = rows.first().and_then(|row| row["id"].as_str()).map(str::to_owned);
            id.with_context(|| format!("the demo has no {what}"))
        };
        let case = id(
            self.list(&["case", "list", "--turn", "ours", "--json"])?,
            "case of ours",
        )?;
        let client = id(self.list(&["client", "list", "--json"])?, "client")?;
        self.call(&["info", "ask", &case, "--question", "Which carrier?"])?;
        let request = id(self.list(&["info", "list", "--json"])?, "question")?;
        let mut text = CHECKS.to_owned();
        for (path, id) in [
            ("^/api/v1/cases/", &case),
            ("^/api/v1/clients/", &client),
            ("^/api/v1/requests/", &request),
        ] {
            text.push_str(&format!(
                "\n[[operations]]\ninclude-path-regex = \"{path}\"\nparameters = {{ \"path.id\" = \"{id}\" }}\n"
            ));
        }
        Ok(text)
    }
}

/// A request that has the right form may still be refused for what it says, or because of what is there now.
const CHECKS: &str = "\
[checks.positive_data_acceptance]
expected-statuses = [\"2xx\", 304, 400, 404, 409, 412, 413, 422, 428]

[checks.negative_data_rejection]
expected-statuses = [304, 400, 404, 405, 409, 412, 413, 415, 422, 428]

[checks.missing_required_header]
expected-statuses = [428]
";
