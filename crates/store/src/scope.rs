use docket_core::id::ClientId;
use docket_core::person::Access;
use uuid::Uuid;

/// Whose data a read may see. There is no read without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientScope {
    /// One client's data only.
    One(ClientId),
    /// All clients: the agency's own staff and background work.
    Agency,
}

impl ClientScope {
    /// The scope as an inclusive range of client ids, so that one statement serves both: `client_id BETWEEN $1 AND $2`.
    pub(crate) const fn range(self) -> (Uuid, Uuid) {
        match self {
            Self::One(client) => (client.0, client.0),
            Self::Agency => (Uuid::nil(), Uuid::max()),
        }
    }
}

impl From<Access> for ClientScope {
    /// Whose data a person may see.
    fn from(access: Access) -> Self {
        access.client().map_or(Self::Agency, Self::One)
    }
}
