//! The manners of the command line: what people see first, what they are told when they ask in other words, and what
//! their terminals are.

mod colours;
mod examples;
mod files;
mod help;
mod said;
mod view;
