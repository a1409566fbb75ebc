//! The image: known instructions, sources that exist, no root, a health check.

use std::fs;
use std::path::Path;

use crate::{read, root};

const INSTRUCTIONS: [&str; 17] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

struct Instruction {
    name: String,
    rest: String,
}

/// Joins continued lines and drops comments; an unknown instruction is an error that names its line.
fn parse(text: &str) -> Result<Vec<Instruction>, String> {
    let mut found = Vec::new();
    let mut open = String::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(start) = line.strip_suffix('\\') {
            open.push_str(start);
            continue;
        }
        let whole = std::mem::take(&mut open) + line;
        let (name, rest) = whole.split_once(char::is_whitespace).unwrap_or((&whole, ""));
        if !INSTRUCTIONS.contains(&name) {
            return Err(format!("line {}: unknown instruction {name}", number + 1));
        }
        if rest.trim().is_empty() {
            return Err(format!("line {}: {name} has no argument", number + 1));
        }
        found.push(Instruction {
            name: name.to_owned(),
            rest: rest.trim().to_owned(),
        });
    }
    if open.is_empty() {
        Ok(found)
    } else {
        Err("the last line is continued".to_owned())
    }
}

fn all<'a>(file: &'a [Instruction], name: &str) -> Vec<&'a str> {
    file.iter()
        .filter(|instruction| instruction.name == name)
        .map(|instruction| instruction.rest.as_str())
        .collect()
}

fn image() -> Vec<Instruction> {
    parse(&read("Dockerfile")).expect("the Dockerfile is well formed")
}

/// Sources of copies from the build context, not from another stage.
fn copied(file: &[Instruction]) -> Vec<String> {
    let from_context = all(file, "COPY")
        .into_iter()
        .filter(|rest| !rest.contains("--from="));
    from_context
        .flat_map(|rest| {
            let mut words: Vec<String> = rest
                .split_whitespace()
                .filter(|word| !word.starts_with("--"))
                .map(str::to_owned)
                .collect();
            words.pop();
            words
        })
        .collect()
}

#[test]
fn sources_exist_and_are_not_ignored() {
    let ignore = read("Dockerfile.dockerignore");
    let sources = copied(&image());
    assert!(!sources.is_empty());
    for source in sources {
        assert!(
            root().join(&source).exists(),
            "COPY {source}: no such file or folder"
        );
        assert!(
            ignore.lines().any(|line| line == format!("!{source}")),
            "{source} is ignored by the build"
        );
    }
}

#[test]
fn every_workspace_member_reaches_the_build() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace's manifest");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let sources = copied(&image());
    for member in manifest["workspace"]["members"].as_array().expect("members") {
        let folder = member.as_str().expect("a path").trim_end_matches("/*");
        assert!(
            sources.iter().any(|source| Path::new(folder).starts_with(source)),
            "cargo needs {folder} in the image's build"
        );
    }
}

#[test]
fn stages_that_are_copied_from_exist() {
    let file = image();
    let stages: Vec<&str> = all(&file, "FROM")
        .iter()
        .filter_map(|rest| rest.split_once(" AS "))
        .map(|(_, stage)| stage)
        .collect();
    for rest in all(&file, "COPY") {
        let from = rest
            .split_whitespace()
            .find_map(|word| word.strip_prefix("--from="));
        assert!(
            from.is_none_or(|stage| stages.contains(&stage)),
            "COPY {rest}: unknown stage"
        );
    }
    let bases: Vec<&str> = all(&file, "FROM")
        .iter()
        .filter_map(|rest| rest.split_whitespace().next())
        .collect();
    assert_eq!(bases, ["rust:1-bookworm", "debian:bookworm-slim"]);
}

#[test]
fn the_program_runs_without_root_and_tells_its_health() {
    let file = image();
    let user = all(&file, "USER");
    assert_eq!(user, ["docket"]);
    let health = all(&file, "HEALTHCHECK");
    let (_, command) = health[0].split_once("CMD").expect("a command");
    assert_eq!(list(command), ["docket", "doctor"]);
    assert_eq!(list(all(&file, "ENTRYPOINT")[0]), ["docket"]);
    assert!(
        all(&file, "EXPOSE").is_empty(),
        "docket listens on loopback; an open port would promise more"
    );
}

/// The exec form: a shell in between would swallow the stop signal.
fn list(text: &str) -> Vec<String> {
    serde_json::from_str(text.trim()).unwrap_or_else(|error| panic!("{text}: not the exec form: {error}"))
}

#[test]
fn mistakes_are_found() {
    assert!(parse("FROM a\nCPOY b c").is_err_and(|error| error.contains("line 2") && error.contains("CPOY")));
    assert!(parse("FROM").is_err());
    assert!(parse("FROM a\nRUN x \\").is_err());
    let file = parse("# no\nRUN a \\\n  && b\n").expect("well formed");
    assert_eq!(file[0].rest, "a && b");
}
