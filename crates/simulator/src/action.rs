//! The actions of the API, with the names of their routes and links.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    ProvideEvidence,
    Appeal,
    AcceptClaim,
    MakeOffer,
    Escalate,
    SendMessage,
    ProvideSupportingInfo,
    AcknowledgeReturnItem,
    RequireEvidence,
    Adjudicate,
    AcceptOffer,
    DenyOffer,
}

impl Action {
    const ALL: [Self; 12] = [
        Self::ProvideEvidence,
        Self::Appeal,
        Self::AcceptClaim,
        Self::MakeOffer,
        Self::Escalate,
        Self::SendMessage,
        Self::ProvideSupportingInfo,
        Self::AcknowledgeReturnItem,
        Self::RequireEvidence,
        Self::Adjudicate,
        Self::AcceptOffer,
        Self::DenyOffer,
    ];

    /// Last segment of the route.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::ProvideEvidence => "provide-evidence",
            Self::Appeal => "appeal",
            Self::AcceptClaim => "accept-claim",
            Self::MakeOffer => "make-offer",
            Self::Escalate => "escalate",
            Self::SendMessage => "send-message",
            Self::ProvideSupportingInfo => "provide-supporting-info",
            Self::AcknowledgeReturnItem => "acknowledge-return-item",
            Self::RequireEvidence => "require-evidence",
            Self::Adjudicate => "adjudicate",
            Self::AcceptOffer => "accept-offer",
            Self::DenyOffer => "deny-offer",
        }
    }

    /// Link relation: real payloads write underscores where the routes have hyphens.
    pub(crate) fn rel(self) -> String {
        self.path().replace('-', "_")
    }

    pub(crate) fn from_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.path() == path)
    }

    pub(crate) fn by_buyer(self) -> bool {
        matches!(self, Self::AcceptOffer | Self::DenyOffer)
    }

    /// The routes that refuse plain JSON, because evidence always travels with its files.
    pub(crate) fn multipart_only(self) -> bool {
        matches!(self, Self::ProvideEvidence | Self::Appeal)
    }
}
