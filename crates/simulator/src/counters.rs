//! How many requests came in, by platform and by what they were for.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};

use crate::platform::{Platform, Route};

#[derive(Debug, Default)]
pub(crate) struct Counters {
    platforms: [Counts; 3],
}

#[derive(Debug, Default)]
struct Counts {
    requests: AtomicU64,
    token: AtomicU64,
    list: AtomicU64,
    show: AtomicU64,
    act: AtomicU64,
    faults: AtomicU64,
}

impl Counts {
    fn routes(&self) -> [(&'static str, u64); 4] {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        [
            ("token", read(&self.token)),
            ("list", read(&self.list)),
            ("show", read(&self.show)),
            ("act", read(&self.act)),
        ]
    }
}

impl Counters {
    pub(crate) fn request(&self, platform: Platform, route: Route) {
        let counts = &self.platforms[platform.place()];
        let one = match route {
            Route::Token => &counts.token,
            Route::List => &counts.list,
            Route::Show => &counts.show,
            Route::Act => &counts.act,
        };
        one.fetch_add(1, Ordering::Relaxed);
        counts.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn fault(&self, platform: Platform) {
        self.platforms[platform.place()]
            .faults
            .fetch_add(1, Ordering::Relaxed);
    }

    /// Totals at the top, the platforms below.
    pub(crate) fn json(&self) -> Value {
        let (mut requests, mut faults) = (0, 0);
        let mut by_route = Map::new();
        let mut by_platform = Map::new();
        for platform in Platform::ALL {
            let counts = &self.platforms[platform.place()];
            let (own, own_faults) = (
                counts.requests.load(Ordering::Relaxed),
                counts.faults.load(Ordering::Relaxed),
            );
            let mut row = json!({"requests": own, "faults": own_faults});
            for (name, count) in counts.routes() {
                row[name] = count.into();
                let total = by_route.get(name).and_then(Value::as_u64).unwrap_or(0);
                by_route.insert(name.to_owned(), (total + count).into());
            }
            by_platform.insert(platform.word().to_owned(), row);
            requests += own;
            faults += own_faults;
        }
        json!({"requests": requests, "by_route": by_route, "faults": faults, "by_platform": by_platform})
    }
}
