use std::fmt;

use docket_core::packaging::Size;
use docket_core::sentence;
use docket_core::sentence::Sentence;

use crate::examine::Refused;
use crate::packet::PacketError;

/// Why files cannot be made to fit.
#[derive(Debug)]
pub enum CannotFit {
    /// A file cannot be used at all.
    Refused(Refused),
    /// The platform takes texts alone.
    NoFiles,
    /// A type that the platform does not take, and no type that it could become.
    Type(String),
    /// A file is too large even at its smallest.
    TooLarge {
        /// The file.
        name: String,
        /// What it has.
        size: Size,
        /// What is allowed.
        most: Size,
    },
    /// A PDF has too many pages.
    Pages {
        /// The file.
        name: String,
        /// What it has.
        pages: usize,
        /// What is allowed.
        most: usize,
    },
    /// All files together are too large even at their smallest.
    Together {
        /// What they have.
        size: Size,
        /// What is allowed.
        most: Size,
    },
    /// They could not be merged.
    Packet(PacketError),
}

impl CannotFit {
    /// For whoever reads it, in any language.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Refused(refused) => refused.sentence(),
            Self::NoFiles => sentence!("this platform takes no files; say it in the text"),
            Self::Type(name) => sentence!(
                "`{name}` can be turned into no type that this platform takes; leave it out",
                name
            ),
            Self::TooLarge { name, size, most } => sentence!(
                "`{name}` has {size} at its smallest, the platform takes {most}; leave pages out, or send it in parts",
                name,
                size = *size,
                most = *most
            ),
            Self::Pages { name, pages, most } => sentence!(
                "`{name}` has {pages} pages, the platform takes {most}; leave out those that prove nothing",
                name,
                pages = *pages,
                most = *most
            ),
            Self::Together { size, most } => sentence!(
                "the files have {size} together at their smallest, the platform takes {most}; leave some out",
                size = *size,
                most = *most
            ),
            Self::Packet(error) => error.sentence(),
        }
    }
}

impl fmt::Display for CannotFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for CannotFit {}

impl From<Refused> for CannotFit {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<PacketError> for CannotFit {
    fn from(error: PacketError) -> Self {
        Self::Packet(error)
    }
}
