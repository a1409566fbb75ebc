//! Pages as they are rendered, and routes through the real router on a real store.

mod ask;
mod desk;
mod door;
mod figures;
mod markup;
mod routes;
mod sla;
