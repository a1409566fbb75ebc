//! A leaky bucket in real time: limits protect a computer, so the simulated clock does not fill it.

use std::time::Instant;

#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    size: u32,
    /// Units a second.
    refill: u32,
    available: f64,
    at: Instant,
}

impl Bucket {
    pub(crate) fn new(size: u32, refill: u32) -> Self {
        Self {
            size,
            refill,
            available: f64::from(size),
            at: Instant::now(),
        }
    }

    pub(crate) fn size(&self) -> u32 {
        self.size
    }

    pub(crate) fn refill(&self) -> u32 {
        self.refill
    }

    /// Whole units that are there now.
    pub(crate) fn available(&mut self) -> u32 {
        let now = Instant::now();
        let gained = now.duration_since(self.at).as_secs_f64() * f64::from(self.refill);
        self.available = (self.available + gained).min(f64::from(self.size));
        self.at = now;
        // Between 0 and the size, both of which fit.
        self.available as u32
    }

    /// Takes the units if they are there.
    pub(crate) fn take(&mut self, units: u32) -> bool {
        let enough = self.available() >= units;
        if enough {
            self.available -= f64::from(units);
        }
        enough
    }

    pub(crate) fn give_back(&mut self, units: u32) {
        self.available = (self.available + f64::from(units)).min(f64::from(self.size));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_bucket_refuses_and_takes_back_what_was_not_used() {
        let mut bucket = Bucket::new(100, 1);
        assert!(bucket.take(90));
        assert!(!bucket.take(50));
        bucket.give_back(80);
        assert!(bucket.take(50));
    }
}
