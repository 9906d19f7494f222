//! What the benches measure: inputs, hand-written floors, peers, and one table of works.
//!
//! A *work* is a job such as `decode`; each of its *variants* does that job in another way: `ours` with the
//! workspace's crates, `floor` by hand, the others with published crates. [`work::all`] lists every pair
//! once; the criterion benches, the ratio harness and the gates only read it. To add one, write a function of a
//! [`Case`] (or of a file) and put a line into the table of its module.
#![allow(clippy::float_arithmetic)] // The lint guards money; here are times and their ratios.

pub mod cases;
pub mod floor;
pub mod hostile;
pub mod peers;
pub mod timing;
pub mod work;

pub use cases::{Case, Input, corpus, finpay};
pub use work::Variant;
