mod answers;
mod properties;
mod sending;
mod support;
mod surprises;
mod table;
