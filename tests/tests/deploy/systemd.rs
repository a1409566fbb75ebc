//! The units: known sections and keys, and what systemd itself says where its tool is installed.

use std::fs;
use std::process::{Command, Stdio};

use crate::{deploy, read};

const UNITS: [&str; 3] = ["docket.service", "docket-web.service", "docket-worker@.service"];

const UNIT: &[&str] = &["Description", "Wants", "After", "Conflicts"];
const INSTALL: &[&str] = &["WantedBy"];
const RUNNING: &[&str] = &[
    "Type",
    "User",
    "Group",
    "ExecStart",
    "ExecStartPre",
    "Environment",
    "LoadCredential",
    "StateDirectory",
    "StateDirectoryMode",
    "UMask",
    "Restart",
    "RestartSec",
    "TimeoutStopSec",
    "LimitNOFILE",
];
/// Every unit must set each of these.
const HARDENING: &[&str] = &[
    "NoNewPrivileges",
    "CapabilityBoundingSet",
    "AmbientCapabilities",
    "ProtectSystem",
    "ProtectHome",
    "ProtectProc",
    "ProcSubset",
    "ProtectClock",
    "ProtectControlGroups",
    "ProtectHostname",
    "ProtectKernelLogs",
    "ProtectKernelModules",
    "ProtectKernelTunables",
    "PrivateDevices",
    "PrivateTmp",
    "PrivateUsers",
    "RemoveIPC",
    "RestrictAddressFamilies",
    "RestrictNamespaces",
    "RestrictRealtime",
    "RestrictSUIDSGID",
    "LockPersonality",
    "MemoryDenyWriteExecute",
    "SystemCallArchitectures",
    "SystemCallFilter",
    "SystemCallErrorNumber",
];

struct Entry {
    section: String,
    key: String,
    value: String,
}

fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let mut found = Vec::new();
    let mut section = None;
    for (number, line) in text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()))
    {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = Some(name.to_owned());
            continue;
        }
        let section = section.clone().ok_or(format!("line {number}: no section yet"))?;
        let (key, value) = line.split_once('=').ok_or(format!("line {number}: no `=`"))?;
        let known = match section.as_str() {
            "Unit" => UNIT.contains(&key),
            "Service" => RUNNING.contains(&key) || HARDENING.contains(&key),
            "Install" => INSTALL.contains(&key),
            other => return Err(format!("line {number}: unknown section {other}")),
        };
        if !known {
            return Err(format!("line {number}: unknown key {key} in {section}"));
        }
        found.push(Entry {
            section,
            key: key.to_owned(),
            value: value.to_owned(),
        });
    }
    Ok(found)
}

fn unit(name: &str) -> Vec<Entry> {
    parse(&read(name)).unwrap_or_else(|error| panic!("deploy/{name}: {error}"))
}

fn values<'a>(unit: &'a [Entry], key: &str) -> Vec<&'a str> {
    unit.iter()
        .filter(|entry| entry.key == key)
        .map(|entry| entry.value.as_str())
        .collect()
}

#[test]
fn units_have_their_sections_and_one_command() {
    for (name, command) in UNITS.iter().zip(["run", "web", "worker"]) {
        let unit = unit(name);
        for section in ["Unit", "Service", "Install"] {
            assert!(
                unit.iter().any(|entry| entry.section == section),
                "{name} has no [{section}]"
            );
        }
        assert_eq!(
            values(&unit, "ExecStart"),
            [format!("/usr/local/bin/docket {command}")],
            "{name}"
        );
    }
}

#[test]
fn units_are_hardened_and_run_without_root() {
    for name in UNITS {
        let unit = unit(name);
        for key in HARDENING {
            assert!(!values(&unit, key).is_empty(), "{name} does not set {key}");
        }
        assert_eq!(values(&unit, "User"), ["docket"], "{name}");
    }
}

#[test]
fn secrets_are_handed_over_as_credentials() {
    for name in UNITS {
        let unit = unit(name);
        let given: Vec<&str> = values(&unit, "LoadCredential")
            .iter()
            .filter_map(|value| value.split(':').next())
            .collect();
        for assignment in values(&unit, "Environment") {
            let (variable, value) = assignment
                .split_once('=')
                .unwrap_or_else(|| panic!("{name}: {assignment}"));
            if let Some(credential) = value.strip_prefix("%d/") {
                assert!(given.contains(&credential), "{name}: no credential {credential}");
            }
            let secret = variable.contains("__URL") || variable.contains("__KEY");
            assert!(
                !secret || variable.ends_with("_FILE"),
                "{name}: {variable} holds a secret in plain sight"
            );
        }
    }
}

#[test]
fn pages_stay_on_loopback() {
    for name in ["docket.service", "docket-web.service"] {
        assert!(
            values(&unit(name), "Environment").contains(&"DOCKET__WEB__LISTEN=127.0.0.1:8080"),
            "{name}"
        );
    }
}

#[test]
fn every_unit_of_the_folder_is_checked_here() {
    let found: Vec<String> = fs::read_dir(deploy())
        .expect("the deploy folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.ends_with(".service"))
        .collect();
    assert!(
        found.iter().all(|name| UNITS.contains(&name.as_str())),
        "{found:?}"
    );
}

/// systemd wants the program to exist, so copies with another program are shown to it.
#[test]
fn systemd_accepts_the_units() {
    let tool = Command::new("systemd-analyze")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !tool.is_ok_and(|status| status.success()) {
        println!("SKIPPED: systemd-analyze is not installed");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", "--man=no"]);
    for name in UNITS {
        let copy = folder.path().join(name);
        fs::write(&copy, read(name).replace("/usr/local/bin/docket", "/bin/true")).expect("a copy");
        verify.arg(copy);
    }
    let output = verify.output().expect("systemd-analyze runs");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
    let ours: Vec<&str> = complaints
        .lines()
        .filter(|line| UNITS.iter().any(|name| line.contains(name)))
        .collect();
    assert!(ours.is_empty(), "{}", ours.join("\n"));
}

#[test]
fn mistakes_are_found() {
    assert!(parse("[Unit]\nDescritpion=x").is_err_and(|error| error.contains("line 2")));
    assert!(parse("[Servcie]\nUser=x").is_err());
    assert!(parse("User=x").is_err());
    assert!(parse("[Service]\nUser").is_err());
    assert!(parse("[Unit]\nUser=x").is_err(), "a key of another section");
}
