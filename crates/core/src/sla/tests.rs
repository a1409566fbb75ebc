mod cases;
mod files;
mod outages;
mod properties;
mod support;
