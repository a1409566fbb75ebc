//! Child processes, with what they cost.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use wait4::Wait4;

/// What one process cost, from its start to its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    pub seconds: f64,
    /// User and system time.
    pub cpu_seconds: f64,
    /// Largest resident memory, in millions of bytes.
    pub peak_mb: f64,
}

/// A process that has ended.
pub struct Ended {
    /// None after a signal.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
    pub usage: Usage,
}

/// Runs a process to its end.
///
/// The kernel lets a child's peak begin with this program's own size at the moment of the start, so what starts processes
/// that are measured must stay small itself.
pub fn run(command: &mut Command) -> Result<Ended> {
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    // Both pipes at once: a full one would stop the child.
    let err = child.stderr.take().map(|pipe| thread::spawn(move || drain(pipe)));
    let out = child.stdout.take().map(drain).unwrap_or_default();
    let ended = child.wait4().context("cannot wait for a process")?;
    let seconds = begun.elapsed().as_secs_f64();
    let err = err.and_then(|reader| reader.join().ok()).unwrap_or_default();
    Ok(Ended {
        code: ended.status.code(),
        out,
        err,
        usage: Usage {
            seconds,
            cpu_seconds: (ended.rusage.utime + ended.rusage.stime).as_secs_f64(),
            peak_mb: ended.rusage.maxrss as f64 / 1e6,
        },
    })
}

/// As [`run`], and an exit code other than 0 is an error with what the process said.
pub fn run_well(command: &mut Command) -> Result<Ended> {
    let ended = run(command)?;
    if ended.code != Some(0) {
        bail!("{} failed: {}", described(command), ended.err.trim());
    }
    Ok(ended)
}

fn described(command: &Command) -> String {
    let name = command.get_program().to_string_lossy();
    let name = name.rsplit('/').next().unwrap_or_default().to_owned();
    let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    std::iter::once(name).chain(args).collect::<Vec<_>>().join(" ")
}

fn drain(mut pipe: impl Read) -> String {
    let mut bytes = Vec::new();
    // What came until a pipe broke is all there is.
    let _ = pipe.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A process in the background; dropping it kills it.
pub struct Background(Child);

impl Background {
    pub fn start(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        Ok(Self(child))
    }

    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    /// Whether it ended by itself.
    pub fn ended(&mut self) -> Result<bool> {
        Ok(self.0.try_wait().context("cannot watch a process")?.is_some())
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub fn kill(&mut self) -> Result<()> {
        self.0.kill().context("cannot kill a process")?;
        self.0.wait().context("cannot wait for a killed process")?;
        Ok(())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // It may have ended already, which is just as well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_process_is_measured_and_heard() {
        let ended = run(&mut shell("echo out; echo err >&2; exit 3")).unwrap();
        assert_eq!(
            (ended.code, ended.out.as_str(), ended.err.as_str()),
            (Some(3), "out\n", "err\n")
        );
        assert!(
            ended.usage.seconds > 0.0 && ended.usage.peak_mb > 0.1,
            "{:?}",
            ended.usage
        );
    }

    #[test]
    fn a_failure_says_what_failed_and_why() {
        let error = run_well(&mut shell("echo because >&2; exit 1"))
            .err()
            .unwrap()
            .to_string();
        assert!(
            error.starts_with("sh -c") && error.ends_with("because"),
            "{error}"
        );
    }

    #[test]
    fn a_killed_process_is_gone() {
        let mut sleeper = Background::start(&mut shell("exec sleep 60")).unwrap();
        assert!(!sleeper.ended().unwrap());
        sleeper.kill().unwrap();
        assert!(sleeper.ended().unwrap());
    }
}
