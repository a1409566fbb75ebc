//! A response in Shopify's form: one evidence object with text fields and one file for each slot (reference 2).

use docket_core::evidence::EvidenceKind;
use docket_core::response::{EvidenceItem, FileRef, Response};
use docket_core::snapshot::SeenAnswer;
use docket_core::words::ActionKind;

use crate::wire::{Evidence, Upload};

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $snake:literal, $graphql:literal);+ $(;)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum $name { $($variant),+ }

        impl $name {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Our word, which is REST's.
            pub(crate) const fn word(self) -> &'static str {
                match self { $(Self::$variant => $snake),+ }
            }

            /// The field of the GraphQL input.
            pub(crate) const fn graphql(self) -> &'static str {
                match self { $(Self::$variant => $graphql),+ }
            }
        }
    };
}

names! {
    /// Text fields that can be written.
    Field {
        AccessActivityLog = "access_activity_log", "accessActivityLog";
        CancellationPolicyDisclosure = "cancellation_policy_disclosure", "cancellationPolicyDisclosure";
        CancellationRebuttal = "cancellation_rebuttal", "cancellationRebuttal";
        RefundPolicyDisclosure = "refund_policy_disclosure", "refundPolicyDisclosure";
        RefundRefusalExplanation = "refund_refusal_explanation", "refundRefusalExplanation";
        UncategorizedText = "uncategorized_text", "uncategorizedText";
        CustomerEmailAddress = "customer_email_address", "customerEmailAddress";
        CustomerFirstName = "customer_first_name", "customerFirstName";
        CustomerLastName = "customer_last_name", "customerLastName";
    }
}
names! {
    /// Slots for files, each for one.
    Slot {
        CancellationPolicy = "cancellation_policy_file", "cancellationPolicyFile";
        CustomerCommunication = "customer_communication_file", "customerCommunicationFile";
        RefundPolicy = "refund_policy_file", "refundPolicyFile";
        ServiceDocumentation = "service_documentation_file", "serviceDocumentationFile";
        ShippingDocumentation = "shipping_documentation_file", "shippingDocumentationFile";
        Uncategorized = "uncategorized_file", "uncategorizedFile";
    }
}

impl Field {
    /// Whether it tells the merchant's side, as opposed to who the buyer is. Shopify fills the buyer's fields from the
    /// order by itself, so they prove nothing.
    pub(crate) const fn narrates(self) -> bool {
        match self {
            Self::AccessActivityLog
            | Self::CancellationPolicyDisclosure
            | Self::CancellationRebuttal
            | Self::RefundPolicyDisclosure
            | Self::RefundRefusalExplanation
            | Self::UncategorizedText => true,
            Self::CustomerEmailAddress | Self::CustomerFirstName | Self::CustomerLastName => false,
        }
    }

    /// What the evidence shows in it.
    pub(crate) fn shown(self, evidence: &Evidence) -> Option<&str> {
        let text = match self {
            Self::AccessActivityLog => &evidence.access_activity_log,
            Self::CancellationPolicyDisclosure => &evidence.cancellation_policy_disclosure,
            Self::CancellationRebuttal => &evidence.cancellation_rebuttal,
            Self::RefundPolicyDisclosure => &evidence.refund_policy_disclosure,
            Self::RefundRefusalExplanation => &evidence.refund_refusal_explanation,
            Self::UncategorizedText => &evidence.uncategorized_text,
            Self::CustomerEmailAddress | Self::CustomerFirstName | Self::CustomerLastName => return None,
        };
        text.as_ref()?.as_deref().filter(|text| !text.trim().is_empty())
    }
}

impl Slot {
    /// The file that the evidence shows in it.
    pub(crate) const fn shown(self, evidence: &Evidence) -> Option<&Upload> {
        let upload = match self {
            Self::CancellationPolicy => &evidence.cancellation_policy_file,
            Self::CustomerCommunication => &evidence.customer_communication_file,
            Self::RefundPolicy => &evidence.refund_policy_file,
            Self::ServiceDocumentation => &evidence.service_documentation_file,
            Self::ShippingDocumentation => &evidence.shipping_documentation_file,
            Self::Uncategorized => &evidence.uncategorized_file,
        };
        match upload {
            Some(upload) => upload.as_ref(),
            None => None,
        }
    }
}

/// Where text and file of an evidence kind belong: Shopify's own words, with and without `_file`, and the words that
/// other platforms use for the same things. None for a kind that nobody knows.
pub(crate) fn place(kind: &str) -> Option<(Field, Slot)> {
    let kind = kind.to_ascii_lowercase();
    let kind = kind.strip_suffix("_file").unwrap_or(&kind);
    Some(match kind {
        "access_activity_log" | "proof_for_software_or_service_delivered" => {
            (Field::AccessActivityLog, Slot::ServiceDocumentation)
        }
        "cancellation_policy_disclosure" | "cancellation_policy" => {
            (Field::CancellationPolicyDisclosure, Slot::CancellationPolicy)
        }
        "cancellation_rebuttal" | "cancellation_details" | "billing_agreement" => {
            (Field::CancellationRebuttal, Slot::CancellationPolicy)
        }
        "refund_policy_disclosure" | "refund_policy" | "return_policy" => {
            (Field::RefundPolicyDisclosure, Slot::RefundPolicy)
        }
        "refund_refusal_explanation" => (Field::RefundRefusalExplanation, Slot::RefundPolicy),
        "customer_email_address" => (Field::CustomerEmailAddress, Slot::Uncategorized),
        "customer_first_name" => (Field::CustomerFirstName, Slot::Uncategorized),
        "customer_last_name" => (Field::CustomerLastName, Slot::Uncategorized),
        "customer_communication"
        | "buyer_response"
        | "merchant_response"
        | "delivery_delay_communication" => (Field::UncategorizedText, Slot::CustomerCommunication),
        "service_documentation"
        | "copy_of_contract"
        | "item_description"
        | "item_details"
        | "order_details"
        | "details_of_purchase" => (Field::UncategorizedText, Slot::ServiceDocumentation),
        "shipping_documentation"
        | "proof_of_fulfillment"
        | "proof_of_delivery_signature"
        | "proof_of_shipment_postage"
        | "proof_of_reshipment"
        | "additional_proof_of_shipment"
        | "additional_tracking_information"
        | "online_tracking_information"
        | "delivery_receipt"
        | "delivery_address"
        | "photos_of_shipped_item" => (Field::UncategorizedText, Slot::ShippingDocumentation),
        "uncategorized"
        | "uncategorized_text"
        | "other"
        | "proof_of_refund"
        | "proof_of_return"
        | "proof_of_receipt_copy"
        | "declaration"
        | "affidavit" => (Field::UncategorizedText, Slot::Uncategorized),
        _ => return None,
    })
}

/// Where a kind of evidence goes: the slot whose name says what is in it.
pub(crate) const fn word(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::DeliveryProof
        | EvidenceKind::AddressMatch
        | EvidenceKind::Signature
        | EvidenceKind::Tracking
        | EvidenceKind::DeliveryAttempt
        | EvidenceKind::DispatchInTime
        | EvidenceKind::PromiseRunning
        | EvidenceKind::ShippingPolicy
        | EvidenceKind::ShipmentProof
        | EvidenceKind::StopConfirmation => "shipping_documentation",
        EvidenceKind::ReceiptConfirmed
        | EvidenceKind::PurchaseAdmitted
        | EvidenceKind::RemedyOffered
        | EvidenceKind::Withdrawal
        | EvidenceKind::AgreedChange
        | EvidenceKind::Approval => "customer_communication",
        EvidenceKind::AccessLog | EvidenceKind::UsageAfter => "access_activity_log",
        EvidenceKind::CompletionRecord
        | EvidenceKind::ItemDescription
        | EvidenceKind::Inspection
        | EvidenceKind::ItemisedOrder => "service_documentation",
        EvidenceKind::ReturnPolicy => "refund_policy_disclosure",
        EvidenceKind::RefundCalculation | EvidenceKind::ExemptGoods | EvidenceKind::WithdrawalLate => {
            "refund_refusal_explanation"
        }
        EvidenceKind::SubscriptionTerms => "cancellation_policy_disclosure",
        EvidenceKind::RenewalNotice | EvidenceKind::NoCancellation => "cancellation_rebuttal",
        EvidenceKind::ClaimAnswer
        | EvidenceKind::ReturnState
        | EvidenceKind::Authentication
        | EvidenceKind::PriorTransactions
        | EvidenceKind::CardChecks
        | EvidenceKind::AccountContinuity
        | EvidenceKind::OrderHistory
        | EvidenceKind::IpLocation
        | EvidenceKind::Receipt
        | EvidenceKind::RefundProof
        | EvidenceKind::SeparateOrders
        | EvidenceKind::NoOtherPayment
        | EvidenceKind::PriceCalculation
        | EvidenceKind::OrderConfirmation
        | EvidenceKind::LabelOnly
        | EvidenceKind::Other => "uncategorized_text",
    }
}

/// The kinds that `place` is asked for most, for the text of a refusal.
pub(crate) const KINDS: &str = "shipping_documentation, customer_communication, service_documentation, refund_policy, \
    cancellation_policy, access_activity_log, refund_refusal_explanation, cancellation_rebuttal, uncategorized_text, \
    proof_of_fulfillment, proof_of_refund, other";

/// What goes into the evidence object.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Packet<'a> {
    /// Each field once, in the fields' order, with the texts of all its items.
    pub texts: Vec<(Field, String)>,
    /// Every file with its slot, in the response's order.
    pub files: Vec<(Slot, &'a FileRef)>,
}

impl<'a> Packet<'a> {
    /// Packs a contest; none for anything that Shopify takes no evidence for.
    pub(crate) fn of(response: &'a Response) -> Option<Self> {
        let Response::Contest { evidence, .. } = response else {
            return None;
        };
        let mut packet = Self::default();
        for item in evidence {
            // What has no place is refused by the check; sent all the same, it must not get lost.
            let (field, slot) = place(&item.kind).unwrap_or((Field::UncategorizedText, Slot::Uncategorized));
            packet.add(field, &text(item));
            packet.files.extend(item.files.iter().map(|file| (slot, file)));
        }
        packet.texts.sort_by_key(|(field, _)| *field);
        Some(packet)
    }

    fn add(&mut self, field: Field, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.texts.iter_mut().find(|(known, _)| *known == field) {
            Some((_, before)) => {
                before.push_str("\n\n");
                before.push_str(text);
            }
            None => self.texts.push((field, text.to_owned())),
        }
    }

    /// How the evidence shows it: one entry for each narrating field and for each file.
    pub(crate) fn echo(&self) -> Vec<SeenAnswer> {
        let texts = self.texts.iter().filter(|(field, _)| field.narrates());
        let texts = texts.map(|(_, text)| SeenAnswer::text(ActionKind::Contest, text));
        let files = self.files.iter().map(|(_, file)| file_entry(&file.name));
        texts.chain(files).collect()
    }
}

/// A file as an answer.
fn file_entry(name: &str) -> SeenAnswer {
    SeenAnswer {
        files: vec![name.to_owned()],
        ..SeenAnswer::text(ActionKind::Contest, "")
    }
}

/// Everything that the evidence holds of the merchant's side, in the form of [`Packet::echo`].
pub(crate) fn content(evidence: &Evidence) -> Vec<SeenAnswer> {
    let texts = Field::ALL.iter().filter_map(|field| field.shown(evidence));
    let texts = texts.map(|text| SeenAnswer::text(ActionKind::Contest, text));
    let files = Slot::ALL
        .iter()
        .filter_map(|slot| Some((slot, slot.shown(evidence)?)));
    let files = files.map(|(slot, upload)| match &upload.original_file_name {
        Some(name) => file_entry(name),
        None => file_entry(&format!(
            "{} ({} bytes)",
            slot.word(),
            upload.file_size.unwrap_or_default()
        )),
    });
    texts.chain(files).collect()
}

/// An item's text with its parcels and refunds as lines, because GraphQL takes neither as fields (reference fact 7).
fn text(item: &EvidenceItem) -> String {
    let note = item
        .note
        .iter()
        .map(|note| note.trim().to_owned())
        .filter(|note| !note.is_empty());
    let parcels = item.tracking.iter().map(|parcel| {
        let page = parcel
            .url
            .iter()
            .map(|url| format!(" ({url})"))
            .collect::<String>();
        format!("Tracking: {} {}{page}", parcel.carrier, parcel.number)
    });
    let refunds = item.refund_ids.iter().map(|id| format!("Refund: {id}"));
    note.chain(parcels).chain(refunds).collect::<Vec<_>>().join("\n")
}
