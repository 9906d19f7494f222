//! The examples run as they stand: what they assert holds.

#[path = "../examples/generate.rs"]
mod generate;
#[path = "../examples/notification.rs"]
mod notification;
#[path = "../examples/verify_request.rs"]
mod verify_request;

#[test]
fn every_example_runs() {
    generate::main().unwrap();
    notification::main().unwrap();
    verify_request::main().unwrap();
}
