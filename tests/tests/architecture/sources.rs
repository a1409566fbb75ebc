//! What must not be written in which sources. Comments do not count.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{assert_none, root};

struct Ban {
    /// Paths from the root that the ban covers.
    within: &'static [&'static str],
    /// Beginnings of paths that it spares.
    except: &'static [&'static str],
    words: &'static [&'static str],
    /// Whether a word that begins after a digit or `_` counts too: `1.0f64`, `as_f64`.
    inside_names: bool,
    why: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        within: &["crates/core/src"],
        except: &[],
        words: &[
            "std::time::SystemTime",
            "SystemTime::now",
            "Utc::now",
            "Uuid::now_v7",
            "Uuid::new_v4",
            "rand::",
        ],
        inside_names: false,
        why: "the core takes time, ids and chance as parameters",
    },
    Ban {
        within: &["crates/core/src"],
        except: &["crates/core/src/stats"],
        words: &["f32", "f64"],
        inside_names: true,
        why: "money and rules have no floats; only statistics do",
    },
    Ban {
        within: &["crates", "tests"],
        except: &["crates/queue/", "crates/docket/src/", "tests/tests/architecture/"],
        words: &["apalis", "apalis_core"],
        inside_names: false,
        why: "the queue's library stays behind crates/queue, and docket registers with it",
    },
];

fn code(line: &str) -> &str {
    line.split_once("//").map_or(line, |(before, _)| before)
}

fn contains_word(line: &str, ban: &Ban, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let starts =
            before.is_none_or(|c| !c.is_alphabetic() && (ban.inside_names || !(c.is_numeric() || c == '_')));
        let ends = word.ends_with("::") || after.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        starts && ends
    })
}

fn broken_in_file(path: &str, text: &str, bans: &[Ban]) -> Vec<String> {
    let mut found = Vec::new();
    for ban in bans {
        let covers = |part: &str| Path::new(path).starts_with(part);
        let spared = ban.except.iter().any(|start| path.starts_with(start));
        if spared || !ban.within.iter().any(|part| covers(part)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            for word in ban
                .words
                .iter()
                .filter(|word| contains_word(code(line), ban, word))
            {
                found.push(format!("{path}:{}: `{word}`: {}", number + 1, ban.why));
            }
        }
    }
    found
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn sources_keep_the_bans() {
    let mut files = Vec::new();
    rust_files(&root().join("crates"), &mut files);
    rust_files(&root().join("tests"), &mut files);
    assert!(
        files.iter().any(|file| file.ends_with("core/src/lib.rs")),
        "the bans have lost their object"
    );
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        let path = file
            .strip_prefix(root())
            .expect("below the root")
            .to_string_lossy()
            .replace('\\', "/");
        found.extend(broken_in_file(&path, &text, BANS));
    }
    assert_none(&found);
}

#[test]
fn each_banned_word_is_found_where_it_is_banned() {
    for ban in BANS {
        for word in ban.words {
            let path = format!("{}/made_up.rs", ban.within[0]);
            let found = broken_in_file(&path, &format!("let x = {word};"), std::slice::from_ref(ban));
            assert_eq!(found.len(), 1, "{word} in {path}");
            assert!(found[0].contains(word) && found[0].contains(ban.why), "{found:?}");
        }
    }
}

#[test]
fn what_is_allowed_passes() {
    let allowed = [
        ("crates/core/src/stats.rs", "fn mean(x: f64) {}"),
        ("crates/core/src/stats/wilson.rs", "fn mean(x: f64) {}"),
        ("crates/store/src/lib.rs", "let now = Utc::now();"),
        ("crates/core/src/money.rs", "/// No f64 here. brand::Name"),
        ("crates/core/src/money.rs", "brand::Name, operand::Left, xf64y"),
        (
            "crates/queue/src/backend.rs",
            "use apalis_core::backend::Backend;",
        ),
        ("crates/docket/src/jobs.rs", "use apalis::prelude::Monitor;"),
    ];
    for (path, text) in allowed {
        assert_none(&broken_in_file(path, text, BANS));
    }
}

#[test]
fn floats_are_found_in_literals_and_conversions() {
    for text in ["let x = 1f64;", "value.as_f64()", "x as f32", "let y: f64;"] {
        assert_eq!(
            broken_in_file("crates/core/src/money.rs", text, BANS).len(),
            1,
            "{text}"
        );
    }
}
