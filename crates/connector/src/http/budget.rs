//! How much an account may ask of its platform: a bucket that fills again with time, kept in step with what the
//! platform's own answers say.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// One account's bucket. Requests take from it before they go out; whoever finds it too low waits in line.
#[derive(Debug)]
pub struct Budget {
    state: Mutex<State>,
    /// First come, first served: only the head of the line looks at the bucket.
    line: tokio::sync::Mutex<()>,
    /// Wakes the head of the line when there is more than it reckoned with.
    risen: Notify,
}

#[derive(Debug)]
struct State {
    available: f64,
    size: f64,
    per_second: f64,
    /// Never spent by us, see [`Budget::metered`].
    reserve: f64,
    /// What we took before the platform first said what is left; none once it has.
    blind: Option<f64>,
    at: Instant,
}

impl State {
    fn fill(&mut self, now: Instant) {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * self.per_second;
        self.available = (self.available + gained).min(self.size);
        self.at = now;
    }

    /// Takes `points`, or says how long the bucket fills until they are there.
    fn take(&mut self, points: f64) -> Option<Duration> {
        self.fill(Instant::now());
        let missing = (points + self.reserve).min(self.size) - self.available;
        if missing > 0.0 {
            let seconds = missing / self.per_second.max(0.001);
            return Some(Duration::from_secs_f64(seconds.clamp(0.001, 3600.0)));
        }
        self.available -= points;
        if let Some(blind) = &mut self.blind {
            *blind += points;
        }
        None
    }
}

impl Budget {
    /// A full bucket.
    pub fn new(size: f64, per_second: f64) -> Self {
        Self::with(State {
            available: size,
            size,
            per_second,
            reserve: 0.0,
            blind: None,
            at: Instant::now(),
        })
    }

    /// A bucket of a platform that says with each answer what is left in it, and that others may drain too: a process
    /// that just ended, another worker. Until the first answer only `reserve` is spent; from then on that much is left in
    /// it, so that whoever begins blind finds it there. `reserve` is what the dearest call costs.
    pub fn metered(size: f64, per_second: f64, reserve: f64) -> Self {
        Self::with(State {
            available: 2.0 * reserve,
            size,
            per_second,
            reserve,
            blind: Some(0.0),
            at: Instant::now(),
        })
    }

    fn with(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            line: tokio::sync::Mutex::default(),
            risen: Notify::new(),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes `points`, after waiting until they are there. First come, first served.
    pub async fn spend(&self, points: f64) {
        let _head = self.line.lock().await;
        loop {
            // No guard of the state lives across the wait.
            let Some(wait) = self.state().take(points) else {
                return;
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.risen.notified() => {}
            }
        }
    }

    /// Gives back what was taken and not used.
    pub fn give_back(&self, points: f64) {
        let mut state = self.state();
        state.fill(Instant::now());
        state.available = (state.available + points.max(0.0)).min(state.size);
        if let Some(blind) = &mut state.blind {
            *blind = (*blind - points.max(0.0)).max(0.0);
        }
        self.risen.notify_one();
    }

    /// Takes over the platform's own figures: what is left, and where it names them, size and refill. After the first
    /// time only a lower rest counts: what others took meanwhile is not in the platform's figure yet.
    pub fn correct(&self, left: f64, size: Option<f64>, per_second: Option<f64>) {
        let mut state = self.state();
        state.fill(Instant::now());
        if let Some(size) = size.filter(|size| *size > 0.0) {
            state.size = size;
        }
        if let Some(per_second) = per_second.filter(|rate| *rate > 0.0) {
            state.per_second = per_second;
        }
        let known = match state.blind.take() {
            // Of what was taken blind, the platform may not have seen all.
            Some(blind) => left - blind,
            None => state.available.min(left),
        };
        state.available = known.min(state.size);
        self.risen.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_empty_bucket_makes_callers_wait_in_line() {
        let budget = Budget::new(100.0, 10.0);
        let begun = Instant::now();
        budget.spend(100.0).await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
        tokio::join!(budget.spend(10.0), budget.spend(10.0));
        assert_eq!(begun.elapsed().as_secs(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_heeds_a_figure_that_comes_meanwhile() {
        let budget = Budget::new(1000.0, 100.0);
        budget.spend(1000.0).await;
        let begun = Instant::now();
        let refused = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            budget.correct(0.0, None, None);
        };
        tokio::join!(budget.spend(200.0), refused);
        assert_eq!(
            begun.elapsed().as_secs(),
            3,
            "another process emptied it after a second"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_metered_bucket_begins_with_little_and_leaves_as_much() {
        let budget = Budget::metered(1000.0, 100.0, 400.0);
        let begun = Instant::now();
        budget.spend(400.0).await;
        assert_eq!(begun.elapsed(), Duration::ZERO, "one call goes out blind");
        let first_answer = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            budget.give_back(400.0 - 300.0);
            budget.correct(1700.0, Some(2000.0), None);
        };
        tokio::join!(budget.spend(400.0), first_answer);
        assert_eq!(
            begun.elapsed().as_millis(),
            500,
            "its answer says that there is more"
        );
        budget.spend(600.0).await;
        assert_eq!(begun.elapsed().as_millis(), 500);
        budget.spend(400.0).await;
        assert_eq!(
            begun.elapsed().as_secs(),
            4,
            "1,700 of which 300 were counted twice, less 1,000: the next 400 would touch the reserve"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_platforms_figures_win_when_they_are_lower() {
        let budget = Budget::new(1000.0, 50.0);
        budget.correct(20.0, Some(2000.0), Some(100.0));
        budget.correct(500.0, None, None);
        let begun = Instant::now();
        budget.spend(120.0).await;
        assert_eq!(begun.elapsed().as_secs(), 1);
        budget.give_back(100.0);
        budget.spend(100.0).await;
        assert_eq!(begun.elapsed().as_secs(), 1, "what was given back is there again");
    }
}
