//! The tests of the tables, as one program: linking one is cheaper than linking two.

mod support;

mod indonesian;
mod tables;
