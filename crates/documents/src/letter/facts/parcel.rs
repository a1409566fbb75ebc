//! Parcels, put together from what several sources tell of each.

use chrono::{DateTime, Utc};
use docket_core::dossier::{Dossier, Movement};

/// A parcel as all sources and scans together tell of it.
#[derive(Default)]
pub(super) struct Parcel {
    pub(super) carrier: Option<String>,
    pub(super) number: Option<String>,
    pub(super) url: Option<String>,
    pub(super) shipped_at: Option<DateTime<Utc>>,
    pub(super) delivered_at: Option<DateTime<Utc>>,
    pub(super) received_by: Option<String>,
    /// When the carrier last said that it goes back, or gave up.
    undone_at: Option<DateTime<Utc>>,
    /// Whether its label was scanned, and whether anything else was.
    label: bool,
    moved: bool,
}

impl Parcel {
    pub(super) fn all(dossier: &Dossier) -> Vec<Self> {
        let mut parcels: Vec<Self> = Vec::new();
        for shipment in dossier.shipments.iter().map(|known| &known.fact) {
            let same = |parcel: &Self| parcel.number.is_some() && parcel.number == shipment.number;
            let at = parcels.iter().position(same).unwrap_or_else(|| {
                parcels.push(Self::default());
                parcels.len() - 1
            });
            let parcel = &mut parcels[at];
            parcel.number = shipment.number.clone();
            parcel.carrier = parcel.carrier.take().or_else(|| shipment.carrier.clone());
            parcel.url = parcel.url.take().or_else(|| shipment.url.clone());
            parcel.shipped_at = parcel.shipped_at.or(shipment.shipped_at);
            parcel.delivered_at = parcel.delivered_at.max(shipment.delivered_at);
            parcel.received_by = parcel.received_by.take().or_else(|| shipment.received_by.clone());
        }
        let alone = parcels.len() == 1;
        for scan in dossier.scans.iter().map(|known| &known.fact) {
            let own = |parcel: &&mut Self| match (&scan.number, &parcel.number) {
                (Some(scan), Some(parcel)) => scan == parcel,
                // Whose scan it is, is only sure where there is one parcel.
                (None, _) => alone,
                (Some(_), None) => false,
            };
            let Some(parcel) = parcels.iter_mut().find(own) else {
                continue;
            };
            match scan.movement {
                Movement::LabelCreated => parcel.label = true,
                Movement::Delivered
                | Movement::Returning
                | Movement::Failed
                | Movement::InTransit
                | Movement::Attempted
                | Movement::ReadyForPickup => parcel.moved = true,
            }
            match scan.movement {
                Movement::Delivered => parcel.delivered_at = parcel.delivered_at.max(Some(scan.at)),
                Movement::Returning | Movement::Failed => {
                    parcel.undone_at = parcel.undone_at.max(Some(scan.at))
                }
                Movement::LabelCreated
                | Movement::InTransit
                | Movement::Attempted
                | Movement::ReadyForPickup => {}
            }
        }
        for parcel in &mut parcels {
            // What went back or failed afterwards was not delivered in the end.
            if parcel.undone_at > parcel.delivered_at {
                parcel.delivered_at = None;
            }
            // A label is made before anything is handed over.
            if parcel.label && !parcel.moved && parcel.delivered_at.is_none() {
                parcel.shipped_at = None;
            }
        }
        parcels
    }

    pub(super) fn name(&self) -> String {
        let parts = [self.carrier.as_deref(), self.number.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
