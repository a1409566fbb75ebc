use docket_connector::Problem;
use docket_core::case::Refusal;
use docket_core::sentence;
use docket_core::sentence::{Part, Sentence};

/// Why a use case did not do what was asked, with what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or it belongs to someone else.
    #[error("{0}")]
    NotFound(Sentence),
    /// The request itself is wrong.
    #[error("{0}")]
    Invalid(Sentence),
    /// What the person looked at is not what is there now.
    #[error("{0}")]
    Stale(Sentence),
    /// The case does not allow it now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The platform would refuse the response.
    #[error("the response would be refused:{}", .0.iter().map(|p| format!("\n  - {p}")).collect::<String>())]
    Problems(Vec<Problem>),
    /// The platform or the way to it.
    #[error("{0}")]
    Platform(#[from] docket_connector::Error),
    /// The mail server, or the way to it.
    #[error("{0}")]
    Mail(String),
    /// Somebody who is to be told of an event did not take it.
    #[error("{0}")]
    Hook(String),
    /// The database or the file store.
    #[error(transparent)]
    Store(#[from] docket_store::Error),
}

impl Error {
    /// For whoever reads it later, in any language.
    pub(crate) fn sentence(&self) -> Sentence {
        match self {
            Self::NotFound(why) | Self::Invalid(why) | Self::Stale(why) => why.clone(),
            Self::Refused(why) => why.sentence(),
            Self::Problems(problems) => {
                let one = |p: &Problem| p.what.clone().also(p.todo.clone());
                let problems: Part = problems.iter().map(one).collect();
                sentence!("the response would be refused: {problems}", problems)
            }
            Self::Platform(_) | Self::Mail(_) | Self::Hook(_) | Self::Store(_) => self.to_string().into(),
        }
    }

    /// Whether our side failed: nothing that the person who asked could put right.
    pub const fn is_ours(&self) -> bool {
        match self {
            Self::Store(docket_store::Error::Taken(_)) => false,
            Self::Store(error) => !error.is_transient(),
            Self::NotFound(_)
            | Self::Invalid(_)
            | Self::Stale(_)
            | Self::Refused(_)
            | Self::Problems(_)
            | Self::Platform(_)
            | Self::Mail(_)
            | Self::Hook(_) => false,
        }
    }

    /// Whether the same work may succeed later without a person.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Platform(docket_connector::Error::Retry { .. }) | Self::Mail(_) | Self::Hook(_) => true,
            Self::Store(error) => error.is_transient(),
            Self::NotFound(_)
            | Self::Invalid(_)
            | Self::Stale(_)
            | Self::Refused(_)
            | Self::Problems(_)
            | Self::Platform(_) => false,
        }
    }
}

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
