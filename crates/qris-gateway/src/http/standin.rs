// stand-in
use crate::app::Shared;
use qris_snap::Service;
use std::net::IpAddr;
#[allow(dead_code)]
pub(super) struct Incoming {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
    pub address: IpAddr,
}
pub(super) struct Answered {
    pub http: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub client_id: Option<String>,
    pub service: Option<Service>,
    pub code: String,
}
pub(super) async fn handle(_app: &Shared, _request: Incoming) -> Answered {
    Answered {
        http: 404,
        headers: Vec::new(),
        body: b"{}".to_vec(),
        client_id: None,
        service: None,
        code: "4040000".into(),
    }
}
