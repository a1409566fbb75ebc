use std::time::Duration;

/// What went wrong at the platform, named by the caller's next step.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Nothing was handled; try again after the pause.
    #[error("try again{}: {why}", after.map(|a| format!(" in {} s", a.as_secs())).unwrap_or_default())]
    Retry {
        /// The platform's own wish, if it named one.
        after: Option<Duration>,
        /// Why.
        why: String,
    },
    /// A write went out and no answer tells whether it was handled: read back, never repeat blindly.
    #[error("the answer is unknown: {why}")]
    OutcomeUnknown {
        /// Why.
        why: String,
        /// The platform's reference, if one came.
        reference: Option<String>,
    },
    /// The platform refused for good; nothing was taken.
    #[error("refused by the platform: {message} ({code}{})", reference.as_ref().map(|r| format!(", reference {r}")).unwrap_or_default())]
    Rejected {
        /// The platform's code or issue.
        code: String,
        /// In words, with what to do where it is known.
        message: String,
        /// The platform's reference (PayPal: debug id).
        reference: Option<String>,
    },
    /// Credentials or permissions: pause the connection, tell a person.
    #[error("not permitted: {message}")]
    Auth {
        /// In words, with what to do.
        message: String,
        /// The platform's reference.
        reference: Option<String>,
    },
    /// There is no such dispute for this account.
    #[error("not found: {message}")]
    NotFound {
        /// In words.
        message: String,
    },
    /// The answer has not the documented form: keep it, tell a person.
    #[error("unexpected answer: {what}")]
    Contract {
        /// What was expected and what came, redacted.
        what: String,
    },
    /// The platform or this connector cannot do it.
    #[error("not supported: {0}")]
    Unsupported(String),
}

impl Error {
    /// Shorthand for a retry without a named pause.
    pub fn retry(why: impl Into<String>) -> Self {
        Self::Retry {
            after: None,
            why: why.into(),
        }
    }

    /// Shorthand for a broken contract.
    pub fn contract(what: impl Into<String>) -> Self {
        Self::Contract { what: what.into() }
    }
}
