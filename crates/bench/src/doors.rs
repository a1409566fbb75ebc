//! `docket web` with its webhook doors, and the simulator announcing every change there.

use std::io::{BufRead, BufReader};
use std::process::{ChildStdout, Stdio};

use anyhow::{Context, Result};

use crate::desk::{Connection, Desk};
use crate::platform::Platform;
use crate::process::Background;
use crate::simulator::{Hook, Simulator};

/// Open doors; dropping this closes them.
pub struct Doors {
    _web: Background,
    /// Kept open, or its next line would end it.
    _out: BufReader<ChildStdout>,
}

impl Doors {
    /// Opens a door for each connection and tells the simulator where they are.
    pub fn open(desk: &Desk, simulator: &Simulator, connections: &[Connection]) -> Result<Self> {
        let mut command = desk.command(&["web"]);
        command
            .env("DOCKET__WEB__LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut web = Background::start(&mut command)?;
        let out = web.child().stdout.take().context("docket web has no output")?;
        let mut out = BufReader::new(out);
        let mut first = String::new();
        out.read_line(&mut first).context("docket web says nothing")?;
        let address = address(&first).context("docket web did not say where its pages are")?;
        for connection in connections {
            let door = format!("{address}/webhooks/{}/{}", connection.platform, connection.id);
            simulator.announce(connection.platform, &connection.account, &door)?;
        }
        Ok(Self { _web: web, _out: out })
    }

    /// Has the desk believe what the simulator signs in PayPal's name. Before the doors are opened.
    pub fn trust(desk: &mut Desk, simulator: &Simulator) -> Result<()> {
        let file = desk.folder().join("roots.pem");
        std::fs::write(&file, simulator.paypal_root()?).context("cannot write the roots file")?;
        desk.set("WEBHOOKS__CERTIFICATE_HOSTS", r#"["127.0.0.1"]"#.to_owned());
        desk.set("WEBHOOKS__CERTIFICATE_ROOTS_FILE", file.display().to_string());
        Ok(())
    }
}

fn address(line: &str) -> Option<&str> {
    let rest = &line[line.find("http://")?..];
    Some(rest.split(';').next().unwrap_or(rest).trim())
}

/// What became of all announcements of a platform.
pub fn tally(simulator: &Simulator, platform: Platform) -> Result<Hook> {
    let mut sum = Hook::default();
    for (_, hook) in simulator.hooks()?.iter().filter(|(of, _)| *of == platform) {
        sum.delivered += hook.delivered;
        sum.failed += hook.failed;
        sum.dropped += hook.dropped;
        sum.duplicated += hook.duplicated;
        sum.reordered += hook.reordered;
        sum.lost += hook.lost;
        sum.waiting += hook.waiting;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn the_address_is_found_in_the_first_line() {
        let line = "pages on http://127.0.0.1:4711; Ctrl-C stops\n";
        assert_eq!(address(line), Some("http://127.0.0.1:4711"));
        assert_eq!(address("error"), None);
    }
}
