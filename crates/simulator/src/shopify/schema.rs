//! The schema of each version, and documents that were checked against it.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use apollo_compiler::{ExecutableDocument, Schema, response::GraphQLError, validation::Valid};

/// Supported versions, oldest first (reference 1).
pub(crate) const VERSIONS: [&str; 4] = ["2026-01", "2026-04", "2026-07", "2026-10"];
/// Documents kept parsed; a client has about ten.
const KEPT: usize = 256;

/// A version of the API, as it is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub handle: &'static str,
}

impl Version {
    pub(crate) const LATEST: Self = Self {
        handle: VERSIONS[VERSIONS.len() - 1],
    };

    /// What serves a request for `asked`: itself, or for a lapsed one the oldest supported ("fall forward", reference 1).
    pub(crate) fn serving(asked: &str) -> Option<Self> {
        if let Some(handle) = VERSIONS.iter().find(|handle| **handle == asked) {
            return Some(Self { handle });
        }
        let (year, month) = asked.split_once('-')?;
        let quarter = matches!(month, "01" | "04" | "07" | "10");
        let lapsed = year.len() == 4 && quarter && ("2019-04"..VERSIONS[0]).contains(&asked);
        lapsed.then_some(Self { handle: VERSIONS[0] })
    }

    /// Before 2026-04 the times of a dispute are days (reference 1).
    pub(crate) fn shows_days(self) -> bool {
        self.handle < "2026-04"
    }
}

struct Graph {
    days: Valid<Schema>,
    instants: Valid<Schema>,
    documents: Mutex<HashMap<(bool, String), Document>>,
}

type Document = Arc<Valid<ExecutableDocument>>;

static GRAPH: LazyLock<Graph> = LazyLock::new(|| {
    const TEXT: &str = include_str!("schema.graphql");
    let days = ["evidenceDueBy", "evidenceSentOn", "finalizedOn"]
        .iter()
        .fold(TEXT.to_owned(), |text, field| {
            text.replace(&format!("{field}: DateTime"), &format!("{field}: Date"))
        });
    let read = |text: &str| {
        Schema::parse_and_validate(text, "schema.graphql")
            .expect("our own schema is valid, as the tests hold")
    };
    Graph {
        days: read(&days),
        instants: read(TEXT),
        documents: Mutex::default(),
    }
});

pub(crate) fn of(version: Version) -> &'static Valid<Schema> {
    if version.shows_days() {
        &GRAPH.days
    } else {
        &GRAPH.instants
    }
}

/// Parses and checks a document, or takes it from the last time.
pub(crate) fn prepare(version: Version, text: &str) -> Result<Document, Vec<GraphQLError>> {
    let key = (version.shows_days(), text.to_owned());
    let lock = || GRAPH.documents.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = lock().get(&key) {
        return Ok(found.clone());
    }
    let parsed =
        ExecutableDocument::parse_and_validate(of(version), text, "query.graphql").map_err(|wrong| {
            wrong
                .errors
                .iter()
                .map(|error| error.unstable_to_json_compat())
                .collect::<Vec<_>>()
        })?;
    let parsed = Arc::new(parsed);
    let mut documents = lock();
    if documents.len() >= KEPT {
        documents.clear();
    }
    documents.insert(key, parsed.clone());
    Ok(parsed)
}

/// Whether a document writes, and whether it lists disputes: how the gate sorts requests.
pub(crate) fn sort(text: &str) -> (bool, bool) {
    let Ok(document) = prepare(Version::LATEST, text) else {
        return (false, false);
    };
    let writes = document
        .operations
        .iter()
        .any(|operation| operation.is_mutation());
    let mut fields = document
        .operations
        .iter()
        .flat_map(|operation| operation.root_fields(&document));
    let lists = fields.any(|field| field.name == "disputes");
    (writes, lists)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lapsed_versions_fall_forward_and_unknown_ones_do_not_exist() {
        let served = |asked| Version::serving(asked).map(|version| version.handle);
        assert_eq!(served("2026-07"), Some("2026-07"));
        assert_eq!(served("2025-10"), Some("2026-01"));
        for unknown in ["2026-02", "2027-01", "2018-01", "unstable", "latest"] {
            assert_eq!(served(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn old_versions_show_days() {
        let of_field = |version: &'static str| {
            let schema = of(Version { handle: version });
            let field = schema
                .type_field("ShopifyPaymentsDispute", "evidenceDueBy")
                .unwrap();
            field.ty.to_string()
        };
        assert_eq!(
            (of_field("2026-01").as_str(), of_field("2026-04").as_str()),
            ("Date", "DateTime")
        );
    }
}
