//! How much an account may ask of its platform: a bucket that fills again with time, kept in step with what the
//! platform's own answers say.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// One account's bucket. Requests take from it before they go out; whoever finds it empty waits in line.
#[derive(Debug)]
pub struct Budget(Mutex<State>);

#[derive(Debug)]
struct State {
    /// May be negative: so much is already promised to those who wait.
    available: f64,
    size: f64,
    per_second: f64,
    at: Instant,
}

impl State {
    fn fill(&mut self, now: Instant) {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * self.per_second;
        self.available = (self.available + gained).min(self.size);
        self.at = now;
    }
}

impl Budget {
    /// A full bucket.
    pub fn new(size: f64, per_second: f64) -> Self {
        Self(Mutex::new(State {
            available: size,
            size,
            per_second,
            at: Instant::now(),
        }))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes `points`, after waiting until they are there. First come, first served.
    pub async fn spend(&self, points: f64) {
        let wait = {
            let mut state = self.state();
            state.fill(Instant::now());
            state.available -= points;
            (-state.available).max(0.0) / state.per_second.max(0.001)
        };
        if wait > 0.0 {
            tokio::time::sleep(Duration::from_secs_f64(wait.min(3600.0))).await;
        }
    }

    /// Gives back what was taken and not used.
    pub fn give_back(&self, points: f64) {
        let mut state = self.state();
        state.fill(Instant::now());
        state.available = (state.available + points.max(0.0)).min(state.size);
    }

    /// Takes over the platform's own figures: what is left, and where it names them, size and refill. Only a lower rest
    /// counts: what others took meanwhile is not in the platform's figure yet.
    pub fn correct(&self, left: f64, size: Option<f64>, per_second: Option<f64>) {
        let mut state = self.state();
        state.fill(Instant::now());
        if let Some(size) = size.filter(|size| *size > 0.0) {
            state.size = size;
        }
        if let Some(per_second) = per_second.filter(|rate| *rate > 0.0) {
            state.per_second = per_second;
        }
        state.available = state.available.min(left).min(state.size);
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
