//! What the fuzz targets share: the mutator that knows what a payload is. What must hold is `qris_testkit::oracle`.
#![forbid(unsafe_code)]

pub mod mutator;
