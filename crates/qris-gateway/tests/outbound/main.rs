//! What leaves the gateway: notifications, and the sandbox beside them. One binary, a module for each part.
#![allow(unreachable_pub)] // Modules of a test are reached from their siblings only.

mod bodies;
mod dead_letters;
mod debug;
mod exceptions;
mod faults;
mod neighbours;
#[path = "../common/postgres.rs"]
#[allow(dead_code)] // Other tests use more of it.
mod postgres;
mod receiver;
mod recipes;
mod sandbox;
mod sending;
mod support;
