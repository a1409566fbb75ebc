//! A mail server for tests: speaks SMTP over TCP, keeps what it took, and misbehaves on demand.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// How it behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Takes every mail.
    Take,
    /// Refuses every recipient for good.
    RefuseRecipients,
    /// Takes the whole mail and breaks off before it says so, once; then it takes every mail.
    BreakOffOnce,
}

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    pub to: String,
    /// Headers and body, soft line breaks of quoted-printable taken out.
    pub text: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        let found = self
            .text
            .lines()
            .find_map(|l| l.strip_prefix(name)?.strip_prefix(": "));
        found.unwrap_or_else(|| panic!("{name} is missing in {}", self.text))
    }
}

struct State {
    mood: Mutex<Mood>,
    mails: Mutex<Vec<Received>>,
    arrived: Condvar,
}

/// The server; it ends with the test's process.
pub struct Smtp {
    pub port: u16,
    state: Arc<State>,
}

/// A port that nobody listens on now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

impl Smtp {
    pub fn start(mood: Mood) -> Self {
        Self::on(0, mood)
    }

    pub fn on(port: u16, mood: Mood) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let state = Arc::new(State {
            mood: Mutex::new(mood),
            mails: Mutex::default(),
            arrived: Condvar::new(),
        });
        let port = listener.local_addr().unwrap().port();
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, state) = (stream.unwrap(), shared.clone());
                // A client that breaks off ends its own conversation only.
                std::thread::spawn(move || talk(stream, &state));
            }
        });
        Self { port, state }
    }

    /// The mails so far, once there are that many.
    pub fn wait_for(&self, count: usize) -> Vec<Received> {
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut mails = self.state.mails.lock().unwrap();
        while mails.len() < count {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "{} of {count} mails came: {mails:?}",
                mails.len()
            );
            mails = self.state.arrived.wait_timeout(mails, left).unwrap().0;
        }
        mails.clone()
    }

    pub fn mails(&self) -> Vec<Received> {
        self.state.mails.lock().unwrap().clone()
    }
}

fn talk(stream: TcpStream, state: &State) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let say = |text: &str| (&stream).write_all(format!("{text}\r\n").as_bytes());
    say("220 mail.example ESMTP")?;
    let mut to = String::new();
    while let Some(line) = lines.next() {
        let line = line?;
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say("250-mail.example\r\n250 8BITMIME")?,
            "RCPT" if *state.mood.lock().unwrap() == Mood::RefuseRecipients => {
                say("550 5.1.1 <private@example.com> no such user")?;
            }
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                say("250 ok")?;
            }
            "DATA" => {
                say("354 go on")?;
                let mut text = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    text.push_str(&line);
                    text.push('\n');
                }
                let text = text.replace("=\n", "").replace("=3D", "=");
                state
                    .mails
                    .lock()
                    .unwrap()
                    .push(Received { to: to.clone(), text });
                state.arrived.notify_all();
                let mut mood = state.mood.lock().unwrap();
                if *mood == Mood::BreakOffOnce {
                    *mood = Mood::Take;
                    return Ok(());
                }
                drop(mood);
                say("250 taken")?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
    Ok(())
}
