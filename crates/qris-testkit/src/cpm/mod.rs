//! Consumer-presented codes a second time: a reader and a judge written from the sentences of the documents, with `Vec` and
//! `String` and no hurry, and trees of objects to write codes from. It shares no code with `qris-cpm`.

pub mod generate;
pub mod judge;
pub mod naive;
