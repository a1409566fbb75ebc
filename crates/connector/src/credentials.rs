//! Reading a credentials file and a base address, the same way for every platform. No error repeats a value.

use std::collections::BTreeMap;
use std::fmt;

use docket_core::sentence;
use docket_core::sentence::Sentence;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::{Host, Url};

/// Why a connection cannot be set up. No text repeats a value of the credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialsError {
    /// The base address cannot be used.
    Address {
        /// The address, without user and password.
        url: String,
        /// What to do.
        why: Sentence,
    },
    /// Not JSON.
    NotJson {
        /// Line of the fault.
        line: usize,
        /// Column of the fault.
        column: usize,
        /// What a right one looks like.
        expected: &'static str,
    },
    /// A key that is not known: mostly a misspelt one.
    UnknownKey {
        /// The key.
        key: String,
        /// The keys that exist.
        known: String,
    },
    /// A key that is needed.
    Missing {
        /// The key.
        key: &'static str,
        /// Where to find it.
        todo: &'static str,
    },
    /// A key whose value cannot be used.
    NotText(&'static str),
    /// A key whose value must be one line.
    NotLine(&'static str),
    /// Keys that do not go together, or another fault of the whole.
    Unusable(Sentence),
}

impl CredentialsError {
    /// For whoever reads it, in any language.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Address { url, why } => sentence!("base address `{url}`: {why}", url, why = why.clone()),
            Self::NotJson {
                line,
                column,
                expected,
            } => sentence!(
                "the credentials are not a JSON object (line {line}, column {column}); write {expected}",
                line = *line,
                column = *column,
                expected = *expected
            ),
            Self::UnknownKey { key, known } => {
                sentence!(
                    "the credentials have an unknown key `{key}`; known: {known}",
                    key,
                    known
                )
            }
            Self::Missing { key, todo } => {
                let todo = Sentence::from(*todo);
                sentence!("the credentials lack `{key}`: {todo}", key = *key, todo)
            }
            Self::NotText(key) => sentence!(
                "`{key}` in the credentials must be a text that is not empty, without blanks and line breaks",
                key = *key
            ),
            Self::NotLine(key) => sentence!(
                "`{key}` in the credentials must be one line of text that is not empty",
                key = *key
            ),
            Self::Unusable(why) => sentence!("the credentials cannot be used: {why}", why = why.clone()),
        }
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for CredentialsError {}

/// A credentials file's keys, taken out one by one.
pub struct Given(BTreeMap<String, Value>);

impl Given {
    /// Reads the file's content; keys outside `known` are refused. `expected` shows what a right file looks like.
    ///
    /// # Errors
    /// When it is no JSON object, or has a key that nobody knows.
    pub fn read(
        credentials: &SecretString,
        known: &[&'static str],
        expected: &'static str,
    ) -> Result<Self, CredentialsError> {
        let given: BTreeMap<String, Value> =
            serde_json::from_str(credentials.expose_secret()).map_err(|error| CredentialsError::NotJson {
                line: error.line(),
                column: error.column(),
                expected,
            })?;
        match given.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(CredentialsError::UnknownKey {
                key: key.clone(),
                known: known.join(", "),
            }),
            None => Ok(Self(given)),
        }
    }

    /// Takes a text; none where the key is absent or null.
    ///
    /// # Errors
    /// When it is no text, empty, or has blanks in it.
    pub fn take(&mut self, key: &'static str) -> Result<Option<String>, CredentialsError> {
        match self.0.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => {
                let text = text.trim().to_owned();
                let usable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
                if usable {
                    Ok(Some(text))
                } else {
                    Err(CredentialsError::NotText(key))
                }
            }
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Err(CredentialsError::NotText(key))
            }
        }
    }

    /// Takes one printable line, which may have blanks in it; none where the key is absent or null.
    ///
    /// # Errors
    /// When it is no text, empty, or no single line.
    pub fn take_line(&mut self, key: &'static str) -> Result<Option<String>, CredentialsError> {
        match self.0.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => {
                let text = text.trim().to_owned();
                let usable = !text.is_empty() && !text.chars().any(char::is_control);
                if usable {
                    Ok(Some(text))
                } else {
                    Err(CredentialsError::NotLine(key))
                }
            }
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Err(CredentialsError::NotLine(key))
            }
        }
    }

    /// Takes a text that must be there.
    ///
    /// # Errors
    /// As [`Given::take`], or when it is absent; `todo` says where to find it.
    pub fn need(&mut self, key: &'static str, todo: &'static str) -> Result<String, CredentialsError> {
        self.take(key)?.ok_or(CredentialsError::Missing { key, todo })
    }
}

/// Whether a URL stays on this machine, where plain http and own certificates are acceptable.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Checks a base address and brings it to one form, without a slash at the end. `usual` names the platform's own.
///
/// # Errors
/// When it is not https (loopback hosts excepted), or has a query or fragment.
pub fn base(mut url: Url, usual: &str) -> Result<Url, CredentialsError> {
    let _ = url.set_password(None);
    let _ = url.set_username("");
    let refuse = |why: Sentence| {
        Err(CredentialsError::Address {
            url: url.to_string(),
            why,
        })
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return refuse(sentence!(
                "tokens and buyers' data may travel by https only; write https://"
            ));
        }
        _ => return refuse(sentence!("write {usual}", usual)),
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse(sentence!(
            "it must end with a host or a path, without `?` and `#`"
        ));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// An address below the base, with each segment encoded.
pub fn endpoint(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}
