//! Pages as they are rendered, and routes through the real router on a real store.

mod api;
mod ask;
mod axe;
mod bulk;
mod deadlines;
mod desk;
mod door;
mod doors;
mod edges;
mod figures;
mod four;
mod fullest;
mod hooks;
mod live;
mod log_in;
mod markup;
mod packs;
mod questions;
mod routes;
mod search;
mod sla;
mod staff;
mod sync;
mod tongues;
mod work;
mod workspace;
