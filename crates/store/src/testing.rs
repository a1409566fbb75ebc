//! Throw-away databases for tests, on both engines.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::Db;

/// A migrated database that vanishes when dropped (the PostgreSQL one with its throw-away server).
#[derive(Debug)]
pub struct TestDb {
    /// The connection.
    pub db: Db,
    /// Its URL, for other processes.
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

/// What a counting statement gives.
///
/// # Panics
/// When the statement fails.
pub async fn count(db: &Db, sql: &'static str) -> i64 {
    let (count,): (i64,) = crate::on_db!(db, c => sqlx::query_as(sql).fetch_one(c).await).expect("a count");
    count
}

/// A fresh SQLite file.
///
/// # Panics
/// When it cannot be made.
pub async fn sqlite() -> TestDb {
    let folder = tempfile::tempdir().expect("temporary folder");
    let url = format!("sqlite://{}", folder.path().join("docket.db").display());
    let db = Db::connect(&url).await.expect("SQLite file");
    db.migrate().await.expect("migrations");
    TestDb {
        db,
        url,
        _folder: Some(folder),
    }
}

/// A fresh database on the server that `DOCKET_TEST_PG_URL` names (`cargo xtask test` starts one), or none with a note.
///
/// # Panics
/// When the variable is set and the server does not answer.
pub async fn postgres() -> Option<TestDb> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("DOCKET_TEST_PG_URL") else {
        eprintln!(
            "SKIPPED on PostgreSQL: DOCKET_TEST_PG_URL is not set; run the tests with `cargo xtask test`"
        );
        return None;
    };
    let name = format!(
        "docket_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let admin = Db::connect(&server).await.expect("PostgreSQL server");
    if let Db::Postgres(pool) = &admin {
        // Numbers of processes come again within a long run: what is there is of a process that has ended.
        let old = sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        sqlx::raw_sql(old).execute(pool).await.expect("DROP DATABASE");
        let make = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(make).execute(pool).await.expect("CREATE DATABASE");
    }
    admin.close().await;
    let base = server.rsplit_once('/').map_or(server.as_str(), |(base, _)| base);
    let url = format!("{base}/{name}");
    let db = Db::connect(&url).await.expect("fresh database");
    db.migrate().await.expect("migrations");
    Some(TestDb {
        db,
        url,
        _folder: None,
    })
}

/// Writes each named `async fn name(test: TestDb)` as two tests, one for each engine.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::testing::sqlite().await).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(test) = $crate::testing::postgres().await {
                    super::$name(test).await;
                }
            })+
        }
    };
}

/// An [`docket_core::env::Env`] for tests: a clock that is moved by hand, and repeatable randomness.
pub mod clock {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

    use chrono::{DateTime, Duration, Utc};
    use docket_core::env::{Env, Source};

    /// The clock's handle.
    #[derive(Clone, Debug)]
    pub struct Clock(Arc<State>);

    #[derive(Debug)]
    struct State {
        micros: AtomicI64,
        random: AtomicU64,
    }

    impl Clock {
        /// A clock that stands at an instant.
        pub fn at(instant: DateTime<Utc>) -> Self {
            let random = AtomicU64::new(0x9e37_79b9_7f4a_7c15);
            Self(Arc::new(State {
                micros: AtomicI64::new(instant.timestamp_micros()),
                random,
            }))
        }

        /// The environment on this clock.
        pub fn env(&self) -> Env {
            Env::new(self.clone())
        }

        /// Moves the clock.
        pub fn advance(&self, by: Duration) {
            self.0
                .micros
                .fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }

    impl Source for Clock {
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp_micros(self.0.micros.load(Ordering::SeqCst)).unwrap_or_default()
        }

        fn fill(&self, bytes: &mut [u8]) {
            for chunk in bytes.chunks_mut(8) {
                // SplitMix64: repeatable, and distinct for each call.
                let mut z = self.0.random.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
            }
        }
    }
}
