//! Logistic regression with a ridge penalty (`domain.md` E3.6): coefficients, their covariance, and what follows from both.
//! The intercept is not penalised. Rows are patterns with how many cases won and how many there are.

use super::rate::{Interval, Z};

/// The penalty: of the sum of squared coefficients, half of it is added to the negative log likelihood. It holds a separated
/// level at a finite ratio and moves one with many cases by little.
pub(super) const PENALTY: f64 = 1.0;

const STEPS: usize = 60;
const CLOSE: f64 = 1e-11;

/// Cases that look the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Which coefficients apply, by their places; the intercept does always.
    pub columns: Box<[u16]>,
    /// Won.
    pub won: f64,
    /// All.
    pub n: f64,
}

/// A fitted model. Place 0 is the intercept; coefficient `j` of a row's columns has place `j + 1`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub coefficients: Vec<f64>,
    covariance: Vec<Vec<f64>>,
}

fn probability(score: f64) -> f64 {
    if score >= 0.0 {
        1.0 / (1.0 + (-score).exp())
    } else {
        let e = score.exp();
        e / (1.0 + e)
    }
}

fn score(coefficients: &[f64], columns: &[u16]) -> f64 {
    let each = columns.iter().map(|at| coefficients[usize::from(*at) + 1]);
    coefficients[0] + each.sum::<f64>()
}

/// The places of a row, its intercept's first.
fn places(row: &Row) -> impl Iterator<Item = usize> + Clone {
    std::iter::once(0).chain(row.columns.iter().map(|at| usize::from(*at) + 1))
}

/// Fits by Newton's method with halved steps; none where it does not settle.
pub(super) fn fit(rows: &[Row], coefficients: usize, penalty: f64) -> Option<Fit> {
    let size = coefficients + 1;
    let mut beta = vec![0.0; size];
    let mut loss = objective(rows, &beta, penalty);
    for _ in 0..STEPS {
        let (gradient, hessian) = slopes(rows, &beta, penalty);
        let step = solve(&cholesky(&hessian)?, &gradient);
        let mut scale = 1.0;
        let (next, after) = loop {
            let next: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b - scale * s).collect();
            let after = objective(rows, &next, penalty);
            if after <= loss || scale < 1e-6 {
                break (next, after);
            }
            scale /= 2.0;
        };
        let moved = step.iter().fold(0.0_f64, |most, s| most.max((scale * s).abs()));
        (beta, loss) = (next, after);
        if moved < CLOSE {
            let covariance = covariance(rows, &beta, penalty)?;
            return Some(Fit {
                coefficients: beta,
                covariance,
            });
        }
    }
    None
}

fn objective(rows: &[Row], beta: &[f64], penalty: f64) -> f64 {
    let loss: f64 = rows
        .iter()
        .map(|row| {
            let score = score(beta, &row.columns);
            // log(1 + e^score), without overflow.
            let soft = score.max(0.0) + (-score.abs()).exp().ln_1p();
            row.n * soft - row.won * score
        })
        .sum();
    loss + penalty / 2.0 * beta[1..].iter().map(|b| b * b).sum::<f64>()
}

fn slopes(rows: &[Row], beta: &[f64], penalty: f64) -> (Vec<f64>, Vec<Vec<f64>>) {
    let size = beta.len();
    let mut gradient = vec![0.0; size];
    let mut hessian = information(rows, beta, |row, p| {
        for at in places(row) {
            gradient[at] += row.n * p - row.won;
        }
    });
    for at in 1..size {
        gradient[at] += penalty * beta[at];
        hessian[at][at] += penalty;
    }
    (gradient, hessian)
}

/// Hands each row with its chance on, so that nobody works that out twice.
fn information(rows: &[Row], beta: &[f64], mut each: impl FnMut(&Row, f64)) -> Vec<Vec<f64>> {
    let size = beta.len();
    // The half below the diagonal.
    let mut half = vec![0.0; size * size];
    for row in rows {
        let p = probability(score(beta, &row.columns));
        each(row, p);
        let weight = row.n * p * (1.0 - p);
        for (nth, a) in places(row).enumerate() {
            for b in places(row).take(nth + 1) {
                half[a.max(b) * size + a.min(b)] += weight;
            }
        }
    }
    let at = |a: usize, b: usize| half[a.max(b) * size + a.min(b)];
    (0..size).map(|a| (0..size).map(|b| at(a, b)).collect()).collect()
}

/// The covariance of a penalised estimate: H⁻¹ I H⁻¹, with H the information and the penalty.
fn covariance(rows: &[Row], beta: &[f64], penalty: f64) -> Option<Vec<Vec<f64>>> {
    let information = information(rows, beta, |_, _| {});
    let mut hessian = information.clone();
    for (at, line) in hessian.iter_mut().enumerate().skip(1) {
        line[at] += penalty;
    }
    let root = cholesky(&hessian)?;
    let size = beta.len();
    // H⁻¹ I, column by column; it is multiplied with H⁻¹ once more from the other side.
    let half: Vec<Vec<f64>> = (0..size)
        .map(|at| {
            solve(
                &root,
                &information.iter().map(|line| line[at]).collect::<Vec<_>>(),
            )
        })
        .collect();
    let whole = (0..size).map(|at| solve(&root, &half.iter().map(|column| column[at]).collect::<Vec<_>>()));
    Some(whole.collect())
}

/// The lower root of a positive definite matrix; none where it is not.
fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let size = matrix.len();
    let mut root = vec![vec![0.0; size]; size];
    for row in 0..size {
        for column in 0..=row {
            let done: f64 = (0..column).map(|k| root[row][k] * root[column][k]).sum();
            let rest = matrix[row][column] - done;
            root[row][column] = if row == column {
                if rest <= 0.0 || !rest.is_finite() {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / root[column][column]
            };
        }
    }
    Some(root)
}

fn solve(root: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let size = right.len();
    let mut x = right.to_vec();
    for row in 0..size {
        let done: f64 = (0..row).map(|k| root[row][k] * x[k]).sum();
        x[row] = (x[row] - done) / root[row][row];
    }
    for row in (0..size).rev() {
        let done: f64 = (row + 1..size).map(|k| root[k][row] * x[k]).sum();
        x[row] = (x[row] - done) / root[row][row];
    }
    x
}

impl Fit {
    /// The standard error of a coefficient.
    pub(super) fn error(&self, place: usize) -> f64 {
        self.covariance[place][place].max(0.0).sqrt()
    }

    /// The odds ratio of a coefficient, with its interval.
    pub(super) fn odds(&self, coefficient: usize) -> (f64, Interval) {
        let place = coefficient + 1;
        let (log, half) = (self.coefficients[place], Z * self.error(place));
        let interval = Interval {
            low: (log - half).exp(),
            high: (log + half).exp(),
        };
        (log.exp(), interval)
    }

    /// The chance of winning that it gives such cases.
    pub(super) fn predict(&self, columns: &[u16]) -> f64 {
        probability(score(&self.coefficients, columns))
    }

    /// The average marginal effect of a level: over all cases, the chance with it less the chance at the reference, in shares
    /// of one, with its interval by the delta method. `others` are the factor's coefficients, which exclude one another.
    pub(super) fn effect(&self, rows: &[Row], coefficient: usize, others: &[usize]) -> (f64, Interval) {
        let size = self.coefficients.len();
        let (mut effect, mut slope, mut all) = (0.0, vec![0.0; size], 0.0);
        let own = self.coefficients[coefficient + 1];
        for row in rows {
            let kept = row.columns.iter().map(|column| usize::from(*column));
            let kept = kept.filter(|column| !others.contains(column));
            let without = self.coefficients[0] + kept.clone().map(|c| self.coefficients[c + 1]).sum::<f64>();
            let (high, low) = (probability(without + own), probability(without));
            effect += row.n * (high - low);
            all += row.n;
            let rise = row.n * high * (1.0 - high);
            let change = rise - row.n * low * (1.0 - low);
            slope[0] += change;
            for column in kept {
                slope[column + 1] += change;
            }
            slope[coefficient + 1] += rise;
        }
        let variance: f64 = (0..size)
            .map(|a| {
                (0..size)
                    .map(|b| slope[a] * slope[b] * self.covariance[a][b])
                    .sum::<f64>()
            })
            .sum();
        let (effect, half) = (effect / all, Z * variance.max(0.0).sqrt() / all);
        let interval = Interval {
            low: effect - half,
            high: effect + half,
        };
        (effect, interval)
    }

    /// The mean squared distance of its chances from what happened.
    pub(super) fn brier(&self, rows: &[Row]) -> f64 {
        brier(rows, |row| self.predict(&row.columns))
    }
}

/// The same for any chances.
pub(super) fn brier(rows: &[Row], chance: impl Fn(&Row) -> f64) -> f64 {
    let all: f64 = rows.iter().map(|row| row.n).sum();
    let sum: f64 = rows
        .iter()
        .map(|row| {
            let p = chance(row);
            row.won * (1.0 - p) * (1.0 - p) + (row.n - row.won) * p * p
        })
        .sum();
    sum / all
}
