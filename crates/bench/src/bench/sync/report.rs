//! The table of `bench sync`, and the aims.

use super::pacing::Limit;
use super::{Aims, Measured, Round, Sizes};
use crate::database::Engine;
use crate::platform::Platform;
use crate::process::Usage;
use crate::table::{Table, count, number};

const HEAD: [&str; 13] = [
    "engine",
    "latency",
    "",
    "seconds",
    "disputes/s",
    "list",
    "show",
    "CPU s",
    "peak MB",
    "× both floors",
    "× fetch",
    "busiest",
    "refused",
];

pub fn table(rounds: &[Round], large: &[(Engine, Measured)], sizes: &Sizes) -> Table {
    let mut table = Table::new(3, &HEAD);
    for round in rounds {
        round.show(sizes.disputes, &mut table);
    }
    for (engine, first) in large {
        let place = (*engine, 0, "first sync, large");
        row(
            &mut table,
            sizes.memory,
            place,
            &first.usage,
            Some(first),
            [None, None],
        );
    }
    table
}

pub fn aims(rounds: &[Round], large: &[(Engine, Measured)], sizes: &Sizes, aims: &mut Aims) {
    for round in rounds {
        round.aim(sizes, aims);
    }
    for (engine, first) in large {
        let small = rounds
            .iter()
            .find(|round| round.engine == *engine && round.latency == 0);
        let small = small.map_or(f64::NAN, |round| round.first.usage.peak_mb);
        memory_aims(*engine, small, first.usage.peak_mb, sizes, aims);
    }
}

fn row(
    table: &mut Table,
    disputes: u64,
    (engine, latency, what): (Engine, u64, &str),
    usage: &Usage,
    asked: Option<&Measured>,
    ratios: [Option<f64>; 2],
) {
    let requests = asked.map(|asked| asked.requests);
    let shown = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), count);
    let [floors, fetch] = ratios.map(|ratio| number(ratio, 2));
    table.row(vec![
        engine.to_string(),
        format!("{latency} ms"),
        what.to_owned(),
        number(Some(usage.seconds), 2),
        number(Some(disputes as f64 / usage.seconds), 0),
        shown(requests.map(|requests| requests.list)),
        shown(requests.map(|requests| requests.show)),
        number(Some(usage.cpu_seconds), 2),
        number(Some(usage.peak_mb), 1),
        floors,
        fetch,
        shown(asked.map(|asked| asked.pace.most)),
        shown(asked.map(|asked| asked.pace.refused)),
    ]);
}

impl Round {
    fn ratios(&self, usage: &Usage) -> [f64; 2] {
        let fetch = self.fetch.usage.seconds;
        [
            usage.seconds / (fetch + self.insert.seconds),
            usage.seconds / fetch,
        ]
    }

    fn show(&self, disputes: u64, table: &mut Table) {
        let place = |what| (self.engine, self.latency, what);
        row(
            table,
            disputes,
            place("floor: bare fetch"),
            &self.fetch.usage,
            Some(&self.fetch),
            [None, None],
        );
        row(
            table,
            disputes,
            place("floor: bare insert"),
            &self.insert,
            None,
            [None, None],
        );
        for (what, run) in [
            ("first sync", &self.first),
            ("nothing changed", &self.unchanged),
            ("1 % changed", &self.changed),
        ] {
            row(
                table,
                disputes,
                place(what),
                &run.usage,
                Some(run),
                self.ratios(&run.usage).map(Some),
            );
        }
    }

    fn aim(&self, sizes: &Sizes, aims: &mut Aims) {
        let here = format!("{}, {}, {} ms", sizes.platform, self.engine, self.latency);
        self.aim_at_first(&here, aims);
        let (seconds, show) = (self.unchanged.usage.seconds, self.unchanged.requests.show);
        let glances = glances(sizes);
        aims.add(
            format!("{here}: unchanged sync without a detail call"),
            format!(
                "{} beside {} glances",
                count(show.saturating_sub(glances)),
                count(glances)
            ),
            show == glances,
        );
        aims.add(
            format!("{here}: unchanged sync under 0.3 s"),
            format!("{seconds:.3} s"),
            seconds < 0.3,
        );
        self.aim_at_changes(sizes, &here, aims);
        self.aim_at_pace(sizes, &here, aims);
        let peak = self.first.usage.peak_mb;
        aims.add(
            format!("{here}: first sync under 100 MB"),
            format!("{peak:.1} MB"),
            peak < 100.0,
        );
    }
}

impl Round {
    fn aim_at_first(&self, here: &str, aims: &mut Aims) {
        let [floors, fetch] = self.ratios(&self.first.usage);
        let (name, most, found) = match self.latency {
            0 => ("2 × the two floors", 2.0, floors),
            _ => ("1.2 × the bare fetch", 1.2, fetch),
        };
        aims.add(
            format!("{here}: first sync within {name}"),
            format!("{found:.2} ×"),
            found <= most,
        );
    }

    /// A dispute that changed costs the call that shows it, and one that did not costs none.
    fn aim_at_changes(&self, sizes: &Sizes, here: &str, aims: &mut Aims) {
        let show = self.changed.requests.show;
        let glances = glances(sizes);
        let (says, wanted) = match sizes.platform {
            Platform::Paypal => ("1 % changed costs 1 % of the detail calls", self.touched),
            Platform::Klarna => ("1 % changed costs no detail call, as rows are complete", 0),
            Platform::Shopify => (
                "1 % changed costs a detail call for each of them that is open",
                self.touched,
            ),
        };
        let found = format!(
            "{} of {} calls for {} changed",
            count(show.saturating_sub(glances)),
            count(sizes.disputes),
            count(self.touched)
        );
        aims.add(format!("{here}: {says}"), found, show == wanted + glances);
    }

    fn aim_at_pace(&self, sizes: &Sizes, here: &str, aims: &mut Aims) {
        let refused = self.unchanged.pace.refused + self.changed.pace.refused;
        aims.add(
            format!("{here}: no refusal by the platform's limit after the first sync"),
            format!(
                "{} (first sync: {})",
                count(refused),
                count(self.first.pace.refused)
            ),
            refused == 0,
        );
        // The fixed shop has no limit.
        if let (Platform::Paypal | Platform::Klarna, limit) = (sizes.platform, Limit::of(sizes.platform))
            && let Some(most) = limit.most
        {
            let seen = self.changed.pace.most;
            aims.add(
                format!("{here}: never above {}", limit.source),
                format!("{} {}", count(seen), limit.unit),
                seen <= most,
            );
        }
    }
}

/// Calls that show many open disputes at once, where a listing does not tell what changed. The simulator counts them among
/// those that show one. Of the fixed disputes every fourth is open.
fn glances(sizes: &Sizes) -> u64 {
    const GLANCE: u64 = 100;
    match sizes.platform {
        Platform::Paypal | Platform::Klarna => 0,
        Platform::Shopify => (sizes.disputes / 4).div_ceil(GLANCE),
    }
}

fn memory_aims(engine: Engine, small: f64, large: f64, sizes: &Sizes, aims: &mut Aims) {
    let here = format!("{}, {engine}", sizes.platform);
    let (few, many) = (count(sizes.disputes), count(sizes.memory));
    aims.add(
        format!("{here}: first sync of {many} under 100 MB"),
        format!("{large:.1} MB"),
        large < 100.0,
    );
    let more = (large / small - 1.0) * 100.0;
    let found = format!("{small:.1} MB and {large:.1} MB, {more:+.0} %");
    aims.add(
        format!("{here}: memory within 20 % between {few} and {many}"),
        found,
        more <= 20.0,
    );
}
