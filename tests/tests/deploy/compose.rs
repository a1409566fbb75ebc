//! The services: what runs, in which order, with which secrets, and that nothing is published.

use serde_json::Value;

use crate::{deploy, read};

const PROGRAM: [&str; 4] = ["migrate", "web", "worker-1", "worker-2"];

fn compose() -> Value {
    serde_saphyr::from_str(&read("compose.yaml")).expect("compose.yaml is YAML")
}

fn service<'a>(file: &'a Value, name: &str) -> &'a Value {
    file["services"]
        .get(name)
        .unwrap_or_else(|| panic!("no service {name}"))
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .map(|map| map.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

#[test]
fn postgres_the_pages_and_two_workers_run() {
    let file = compose();
    let mut found = keys(&file["services"]);
    found.sort_unstable();
    assert_eq!(found, ["migrate", "postgres", "web", "worker-1", "worker-2"]);
    assert_eq!(service(&file, "postgres")["image"], "postgres:15-bookworm");
    for (name, command) in [
        ("migrate", "migrate"),
        ("web", "web"),
        ("worker-1", "worker"),
        ("worker-2", "worker"),
    ] {
        assert_eq!(service(&file, name)["command"], serde_json::json!([command]));
    }
}

#[test]
fn all_wait_for_a_healthy_database_with_the_schema() {
    let file = compose();
    for name in PROGRAM {
        let waits = &service(&file, name)["depends_on"];
        assert_eq!(waits["postgres"]["condition"], "service_healthy", "{name}");
        let schema = (name != "migrate").then_some("service_completed_successfully");
        assert_eq!(waits["migrate"]["condition"].as_str(), schema, "{name}");
    }
}

#[test]
fn whatever_keeps_running_tells_its_health_and_starts_again() {
    let file = compose();
    for name in ["postgres", "web", "worker-1", "worker-2"] {
        let service = service(&file, name);
        let test = service["healthcheck"]["test"]
            .as_array()
            .unwrap_or_else(|| panic!("{name} has no health check"));
        let expected: &[&str] = if name == "postgres" {
            &["CMD", "pg_isready"]
        } else {
            &["CMD", "docket", "doctor"]
        };
        assert_eq!(test[..expected.len()], *expected, "{name}");
        assert_eq!(service["restart"], "unless-stopped", "{name}");
    }
}

#[test]
fn secrets_come_from_files_only() {
    let file = compose();
    for name in keys(&file["services"]) {
        let service = service(&file, name);
        let given: Vec<&str> = service["secrets"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for (variable, value) in service["environment"].as_object().into_iter().flatten() {
            let secret = ["PASSWORD", "SECRET", "TOKEN", "__URL", "__KEY"]
                .iter()
                .any(|part| variable.contains(part));
            assert!(
                !secret || variable.ends_with("_FILE"),
                "{name}: {variable} holds a secret in plain sight"
            );
            if let Some(secret) = value.as_str().and_then(|path| path.strip_prefix("/run/secrets/")) {
                assert!(
                    given.contains(&secret),
                    "{name}: {variable} needs the secret {secret}"
                );
            }
        }
        for secret in given {
            let path = file["secrets"][secret]["file"]
                .as_str()
                .unwrap_or_else(|| panic!("{secret} has no file"));
            assert!(path.starts_with("secrets/"), "{secret}: {path}");
        }
    }
    for name in PROGRAM {
        let environment = &service(&file, name)["environment"];
        assert_eq!(
            environment["DOCKET__DATABASE__URL_FILE"], "/run/secrets/database_url",
            "{name}"
        );
        assert_eq!(
            environment["DOCKET__ENCRYPTION__KEY_FILE"], "/run/secrets/encryption_key",
            "{name}"
        );
    }
}

#[test]
fn nothing_is_published_and_pages_stay_on_loopback() {
    let file = compose();
    for name in keys(&file["services"]) {
        let service = service(&file, name);
        assert!(
            service.get("ports").is_none(),
            "{name} publishes a port, and no TLS ends before it"
        );
        assert!(
            service.get("network_mode").is_none(),
            "{name} leaves its own network"
        );
    }
    assert_eq!(
        service(&file, "web")["environment"]["DOCKET__WEB__LISTEN"],
        "127.0.0.1:8080"
    );
}

#[test]
fn volumes_are_declared_and_files_are_shared() {
    let file = compose();
    for name in keys(&file["services"]) {
        for volume in service(&file, name)["volumes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let (source, _) = volume
                .split_once(':')
                .unwrap_or_else(|| panic!("{name}: {volume}"));
            assert!(
                file["volumes"].get(source).is_some(),
                "{name}: volume {source} is not declared"
            );
        }
    }
    for name in PROGRAM {
        assert_eq!(
            service(&file, name)["volumes"],
            serde_json::json!(["files:/var/lib/docket"]),
            "{name}"
        );
    }
}

#[test]
fn the_image_is_built_from_the_dockerfile_here() {
    let file = compose();
    for name in PROGRAM {
        let build = &service(&file, name)["build"];
        let context = deploy().join(build["context"].as_str().expect("a context"));
        let dockerfile = context.join(build["dockerfile"].as_str().expect("a Dockerfile"));
        assert!(dockerfile.is_file(), "{name}: {}", dockerfile.display());
    }
}
