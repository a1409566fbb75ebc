//! Who may depend on whom. The check knows nothing of cargo, so it is tested on made-up graphs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::process::Command;

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::rules::{ARROWS, RULES, Reach, Rule};
use crate::{assert_none, root};

struct Package {
    name: String,
    /// Of the house, not from a registry.
    member: bool,
    /// Keys of normal dependencies: what is linked into the crate.
    normal: Vec<String>,
}

/// Packages by a key that tells versions apart.
type Graph = BTreeMap<String, Package>;

fn matches(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |start| name.starts_with(start))
}

fn forbidden_dependencies(graph: &Graph, rules: &[Rule]) -> Vec<String> {
    let mut found = Vec::new();
    for rule in rules {
        let rooms = graph.iter().filter(|(_, package)| package.name == rule.room);
        for (key, _) in rooms {
            let chains = match rule.reach {
                Reach::Direct => direct(graph, key),
                Reach::Tree => tree(graph, key),
            };
            for chain in chains {
                let last = chain.last().map_or("", String::as_str);
                if rule.forbidden.iter().any(|pattern| matches(pattern, last)) {
                    let chain = chain.join(" -> ");
                    found.push(format!(
                        "{} must not see {last} ({chain}): {}",
                        rule.room, rule.why
                    ));
                }
            }
        }
    }
    found
}

/// For each dependency, the names on the way to it, from the room on.
fn direct(graph: &Graph, start: &str) -> Vec<Vec<String>> {
    let room = &graph[start];
    room.normal
        .iter()
        .map(|key| vec![room.name.clone(), graph[key].name.clone()])
        .collect()
}

/// The same for all that is reached, by a shortest way.
fn tree(graph: &Graph, start: &str) -> Vec<Vec<String>> {
    let mut chains = Vec::new();
    let mut seen = BTreeSet::from([start.to_owned()]);
    let mut next = VecDeque::from([(start.to_owned(), vec![graph[start].name.clone()])]);
    while let Some((key, way)) = next.pop_front() {
        for dependency in &graph[&key].normal {
            if seen.insert(dependency.clone()) {
                let way = [way.as_slice(), &[graph[dependency].name.clone()]].concat();
                chains.push(way.clone());
                next.push_back((dependency.clone(), way));
            }
        }
    }
    chains
}

fn wrong_arrows(graph: &Graph, arrows: &[(&str, &[&str])]) -> Vec<String> {
    let mut found = Vec::new();
    for package in graph.values().filter(|package| package.member) {
        let Some((_, allowed)) = arrows.iter().find(|(name, _)| *name == package.name) else {
            found.push(format!(
                "{} is in no row of ARROWS: say which crates it may name",
                package.name
            ));
            continue;
        };
        for dependency in package
            .normal
            .iter()
            .map(|key| &graph[key])
            .filter(|dependency| dependency.member)
        {
            if !allowed.iter().any(|pattern| matches(pattern, &dependency.name)) {
                found.push(format!(
                    "{} must not name {}: dependencies point one way, and ARROWS allows {allowed:?}",
                    package.name, dependency.name
                ));
            }
        }
    }
    found
}

/// Two versions would mean two sets of pools and types that look alike and do not fit.
fn resolved_more_than_once(graph: &Graph, name: &str) -> Vec<String> {
    let keys: Vec<&str> = graph
        .iter()
        .filter(|(_, package)| package.name == name)
        .map(|(key, _)| key.as_str())
        .collect();
    if keys.len() > 1 {
        vec![format!("{name} is resolved more than once: {}", keys.join(", "))]
    } else {
        vec![]
    }
}

/// For the platform of this build, so that packages which only other platforms need are not fetched.
fn graph_of_the_house() -> Graph {
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let version = String::from_utf8(rustc.stdout).expect("rustc prints text");
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("rustc names its host");
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(vec!["--filter-platform".to_owned(), host.to_owned()])
        .exec()
        .expect("cargo metadata runs");
    let resolve = metadata.resolve.as_ref().expect("cargo metadata resolves");
    let normal: BTreeMap<&str, Vec<String>> = resolve
        .nodes
        .iter()
        .map(|node| {
            let linked = node.deps.iter().filter(|dependency| {
                dependency
                    .dep_kinds
                    .iter()
                    .any(|kind| kind.kind == DependencyKind::Normal)
            });
            (
                node.id.repr.as_str(),
                linked.map(|dependency| dependency.pkg.repr.clone()).collect(),
            )
        })
        .collect();
    let packages = metadata
        .packages
        .iter()
        .filter(|package| normal.contains_key(package.id.repr.as_str()));
    packages
        .map(|package| {
            let node = Package {
                name: package.name.to_string(),
                member: metadata.workspace_members.contains(&package.id),
                normal: normal[package.id.repr.as_str()].clone(),
            };
            (package.id.repr.clone(), node)
        })
        .collect()
}

#[test]
fn no_room_sees_what_it_must_not() {
    assert_none(&forbidden_dependencies(&graph_of_the_house(), RULES));
}

#[test]
fn arrows_point_one_way() {
    assert_none(&wrong_arrows(&graph_of_the_house(), ARROWS));
}

#[test]
fn sqlx_is_resolved_once() {
    let graph = graph_of_the_house();
    assert!(
        graph.values().any(|package| package.name == "sqlx"),
        "the rule has lost its object"
    );
    assert_none(&resolved_more_than_once(&graph, "sqlx"));
    assert_none(&resolved_more_than_once(&graph, "sqlx-core"));
}

/// A made-up house: `name: dependency dependency`, one crate a line; names without a line come from a registry.
fn made_up(lines: &[&str]) -> Graph {
    let mut graph = Graph::new();
    for line in lines {
        let (name, rest) = line.split_once(':').expect("a colon ends the name");
        let normal: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
        for outside in &normal {
            let package = Package {
                name: outside.clone(),
                member: false,
                normal: Vec::new(),
            };
            graph.entry(outside.clone()).or_insert(package);
        }
        let member = name.starts_with("docket");
        graph.insert(
            name.to_owned(),
            Package {
                name: name.to_owned(),
                member,
                normal,
            },
        );
    }
    graph
}

#[test]
fn a_made_up_house_in_order_passes() {
    let graph = made_up(&[
        "docket-core: serde",
        "docket-app: docket-core docket-store",
        "docket-store: docket-core sqlx",
    ]);
    assert_none(&forbidden_dependencies(&graph, RULES));
    assert_none(&wrong_arrows(&graph, ARROWS));
}

#[test]
fn a_forbidden_package_deep_in_the_tree_is_found_with_the_way_to_it() {
    let graph = made_up(&["docket-core: serde", "serde: helper", "helper: tokio"]);
    let found = forbidden_dependencies(&graph, RULES);
    assert_eq!(
        found,
        [
            "docket-core must not see tokio (docket-core -> serde -> helper -> tokio): the domain is pure and synchronous"
        ]
    );
}

#[test]
fn each_rule_catches_each_of_its_names() {
    for rule in RULES {
        for name in rule.forbidden {
            let name = name.trim_end_matches('*');
            let graph = made_up(&[&format!("{}: {name}", rule.room)]);
            let found = forbidden_dependencies(&graph, RULES);
            assert!(
                found
                    .iter()
                    .any(|line| line.contains(rule.room) && line.contains(name) && line.contains(rule.why)),
                "{} may name {name} unnoticed",
                rule.room
            );
        }
    }
}

#[test]
fn what_lies_deeper_does_not_count_for_direct_rules() {
    let graph = made_up(&["docket-app: docket-store", "docket-store: sqlx-core"]);
    assert_none(&forbidden_dependencies(&graph, RULES));
}

#[test]
fn an_arrow_against_the_direction_and_an_unknown_crate_are_found() {
    let graph = made_up(&[
        "docket-store: docket-app",
        "docket-app: docket-core",
        "docket-core:",
        "docket-new:",
    ]);
    let found = wrong_arrows(&graph, ARROWS);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("docket-new is in no row"), "{found:?}");
    assert!(
        found[1].starts_with("docket-store must not name docket-app"),
        "{found:?}"
    );
}

#[test]
fn a_second_version_is_found() {
    let mut graph = made_up(&["docket-store: sqlx"]);
    assert_none(&resolved_more_than_once(&graph, "sqlx"));
    graph.insert(
        "sqlx 0.8".to_owned(),
        Package {
            name: "sqlx".to_owned(),
            member: false,
            normal: Vec::new(),
        },
    );
    assert_eq!(resolved_more_than_once(&graph, "sqlx").len(), 1);
}
