use docket_core::packaging::Size;

use crate::examine::Refused;
use crate::packet::PacketError;

/// Why files cannot be made to fit.
#[derive(Debug, thiserror::Error)]
pub enum CannotFit {
    /// A file cannot be used at all.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The platform takes texts alone.
    #[error("this platform takes no files; say it in the text")]
    NoFiles,
    /// A type that the platform does not take, and no type that it could become.
    #[error("`{0}` can be turned into no type that this platform takes; leave it out")]
    Type(String),
    /// A file is too large even at its smallest.
    #[error(
        "`{name}` has {size} at its smallest, the platform takes {most}; leave pages out, or send it in parts"
    )]
    TooLarge {
        /// The file.
        name: String,
        /// What it has.
        size: Size,
        /// What is allowed.
        most: Size,
    },
    /// A PDF has too many pages.
    #[error("`{name}` has {pages} pages, the platform takes {most}; leave out those that prove nothing")]
    Pages {
        /// The file.
        name: String,
        /// What it has.
        pages: usize,
        /// What is allowed.
        most: usize,
    },
    /// All files together are too large even at their smallest.
    #[error("the files have {size} together at their smallest, the platform takes {most}; leave some out")]
    Together {
        /// What they have.
        size: Size,
        /// What is allowed.
        most: Size,
    },
    /// They could not be merged.
    #[error(transparent)]
    Packet(#[from] PacketError),
}
