//! Who must not see whom, as data; `dependencies.rs` checks it.

pub enum Reach {
    /// What the crate names in its own manifest.
    Direct,
    /// All that gets linked with the crate.
    Tree,
}

pub struct Rule {
    pub room: &'static str,
    pub reach: Reach,
    /// Names of packages; a `*` at the end stands for any ending.
    pub forbidden: &'static [&'static str],
    pub why: &'static str,
}

const DATABASE: &[&str] = &[
    "sqlx*",
    "libsqlite3-sys",
    "rusqlite",
    "postgres",
    "tokio-postgres",
    "diesel*",
    "sea-orm*",
];

pub const RULES: &[Rule] = &[
    Rule {
        room: "docket-core",
        reach: Reach::Tree,
        forbidden: &["tokio", "sqlx*", "reqwest", "axum*", "rand"],
        why: "the domain is pure and synchronous",
    },
    Rule {
        room: "docket-connector",
        reach: Reach::Tree,
        forbidden: DATABASE,
        why: "connectors know the database in no form",
    },
    Rule {
        room: "docket-paypal",
        reach: Reach::Tree,
        forbidden: DATABASE,
        why: "connectors know the database in no form",
    },
    Rule {
        room: "docket-klarna",
        reach: Reach::Tree,
        forbidden: DATABASE,
        why: "connectors know the database in no form",
    },
    Rule {
        room: "docket-shopify",
        reach: Reach::Tree,
        forbidden: DATABASE,
        why: "connectors know the database in no form",
    },
    Rule {
        room: "docket-connector",
        reach: Reach::Tree,
        forbidden: &["docket-store", "docket-paypal", "docket-klarna", "docket-shopify"],
        why: "the neutral connector knows neither the store nor any one platform",
    },
    Rule {
        room: "docket-paypal",
        reach: Reach::Tree,
        forbidden: &["docket-store", "docket-klarna", "docket-shopify"],
        why: "a platform's crate knows neither the store nor another platform",
    },
    Rule {
        room: "docket-klarna",
        reach: Reach::Tree,
        forbidden: &["docket-store", "docket-paypal", "docket-shopify"],
        why: "a platform's crate knows neither the store nor another platform",
    },
    Rule {
        room: "docket-shopify",
        reach: Reach::Tree,
        forbidden: &["docket-store", "docket-paypal", "docket-klarna"],
        why: "a platform's crate knows neither the store nor another platform",
    },
    Rule {
        room: "docket-store",
        reach: Reach::Tree,
        forbidden: &["reqwest", "axum*", "apalis*"],
        why: "the store speaks to databases only",
    },
    Rule {
        room: "docket-app",
        reach: Reach::Direct,
        forbidden: &["axum*", "apalis*", "sqlx*"],
        why: "use cases know neither the web, nor the queue's library, nor SQL",
    },
    Rule {
        room: "docket-web",
        reach: Reach::Direct,
        forbidden: &["sqlx*", "apalis*", "reqwest"],
        why: "pages reach data and platforms through the use cases only",
    },
];

/// Which crates of the house each crate may name. A crate of the house that is not here fails the test.
pub const ARROWS: &[(&str, &[&str])] = &[
    ("docket-core", &[]),
    ("docket-connector", &["docket-core"]),
    ("docket-paypal", &["docket-core", "docket-connector"]),
    ("docket-klarna", &["docket-core", "docket-connector"]),
    ("docket-shopify", &["docket-core", "docket-connector"]),
    // What a platform costs; it is a platform's crate like the others.
    ("docket-toy", &["docket-core", "docket-connector"]),
    ("docket-store", &["docket-core"]),
    ("docket-queue", &["docket-core", "docket-store"]),
    ("docket-documents", &["docket-core"]),
    (
        "docket-app",
        &[
            "docket-core",
            "docket-connector",
            "docket-store",
            "docket-queue",
            "docket-documents",
        ],
    ),
    ("docket-web", &["docket-core", "docket-app"]),
    // The fake platforms share no code with the connectors, or a mistake in one would hide the same in the other.
    ("docket-simulator", &[]),
    // It drives a browser and knows pages by their addresses only.
    ("docket-browser", &[]),
    ("docket", &["docket-*"]),
    ("docket-tests", &["docket-*"]),
    // Measures from outside; what it links is compared with, or reads what the binary prints.
    (
        "docket-bench",
        &[
            "docket-browser",
            "docket-core",
            "docket-documents",
            "docket-paypal",
            "docket-klarna",
            "docket-shopify",
            "docket-store",
            "docket-queue",
        ],
    ),
    ("xtask", &["docket-*"]),
];
