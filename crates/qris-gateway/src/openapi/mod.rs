//! The OpenAPI 3.1 document, generated from the tables that also read and write the messages: it cannot say anything
//! else than the code does.

mod example;
mod samples;
mod schema;

use qris_snap::Service;
use qris_snap::codes::CASES;
use qris_snap::dialect::{self, Dialect};
use qris_snap::headers::HeaderName;
use qris_snap::message::{Kind, Side};
use serde_json::{Map, Value, json};

use schema::{message, money, refusal};

/// HTTP statuses a service refuses with.
const REFUSALS: [u16; 9] = [400, 401, 403, 404, 405, 409, 429, 500, 504];
/// Name of the OAuth2 scheme.
const OAUTH: &str = "clientCredentials";
/// Name of the sandbox's scheme.
const SANDBOX: &str = "sandboxKey";

/// The document of a gateway that is reached under a URL.
pub fn document(public_url: &str, sandbox: bool) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    schemas.insert("Money".to_owned(), money());
    schemas.insert("Refusal".to_owned(), refusal());
    for dialect in dialect::ALL {
        for (service, path) in paths_of(dialect) {
            // Dialects that share a path share what the standard says of it.
            if !paths.contains_key(&path) {
                let further = path != dialect.path(service);
                let mut operation = operation(dialect, service, further, &mut schemas);
                exemplify(&mut operation, samples::of(dialect, service, public_url, &path));
                paths.insert(path, json!({ "post": operation }));
            }
        }
    }
    plain_paths(&mut paths, public_url);
    if sandbox {
        sandbox_paths(&mut paths, public_url);
    }
    let token_url = format!("{public_url}{}", dialect::STANDARD.path(Service::TokenB2b));
    let mut schemes = Map::new();
    schemes.insert(
        OAUTH.to_owned(),
        json!({
            "type": "oauth2",
            "description": "The token request is signed with the client's private key (X-CLIENT-KEY, X-TIMESTAMP, \
                            X-SIGNATURE); there is no client secret in it.",
            "flows": { "clientCredentials": { "tokenUrl": token_url, "scopes": {} } },
        }),
    );
    if sandbox {
        schemes.insert(SANDBOX.to_owned(), json!({ "type": "http", "scheme": "bearer" }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "QRIS MPM gateway (SNAP)",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            "description": "Dynamic QRIS codes over SNAP. Transactions are signed: X-SIGNATURE is the HMAC-SHA512, under \
                            the client secret and in Base64, of METHOD:path:token:hash:X-TIMESTAMP; hash is the SHA-256 \
                            of the minified body in lower-case hexadecimal. Paths may also stand behind a partner's mount. \
                            A curl takes CLIENT_ID, CLIENT_SECRET, PARTNER_ID and CHANNEL_ID from the partner's file, \
                            TOKEN from the answer of 73, and key.pem is the client's private key.",
            "x-exampleKey": samples::KEY,
        },
        "servers": [{ "url": public_url }],
        "tags": dialect::ALL.map(|dialect| json!({ "name": dialect.name })),
        "paths": paths,
        "components": {
            "securitySchemes": schemes,
            "parameters": parameters(),
            "headers": { "Timestamp": { "description": "Our clock.", "schema": { "type": "string" } } },
            "schemas": schemas,
            "responses": responses(),
        },
    })
}

/// Every path a dialect has of its own or shares, with its service.
fn paths_of(dialect: &'static Dialect) -> impl Iterator<Item = (Service, String)> {
    let elsewhere = dialect.paths.iter().map(|(service, path)| (*service, (*path).to_owned()));
    Service::all().map(|service| (service, dialect.path(service))).chain(elsewhere)
}

/// `further`: at another path than the dialect's own; operation ids are unique.
fn operation(
    dialect: &'static Dialect,
    service: Service,
    further: bool,
    schemas: &mut Map<String, Value>,
) -> Value {
    let also = if further { "Also" } else { "" };
    let mut responses = Map::new();
    let answer = component(dialect, Kind::response(service), schemas);
    responses.insert(
        "200".to_owned(),
        json!({
            "description": "Done.",
            "headers": { "X-TIMESTAMP": { "$ref": "#/components/headers/Timestamp" } },
            "content": content(&answer),
        }),
    );
    for status in REFUSALS {
        let reference = json!({ "$ref": format!("#/components/responses/Refused{status}") });
        responses.insert(status.to_string(), reference);
    }
    let request = component(dialect, Kind::request(service), schemas);
    let mandatory = dialect.policy.mandatory_headers(service);
    let headers = mandatory.iter().filter(|name| parameter(*name).is_some());
    let parameters: Vec<Value> =
        headers.map(|name| json!({ "$ref": format!("#/components/parameters/{name:?}") })).collect();
    let security = if service.is_token() { json!([]) } else { json!([{ OAUTH: [] }]) };
    json!({
        "operationId": format!("{}{service:?}{also}", dialect.name.to_lowercase()),
        "summary": format!("{:02} {}", service.code(), summary(service)),
        "tags": [dialect.name],
        "security": security,
        "parameters": parameters,
        "requestBody": { "required": true, "content": content(&request) },
        "responses": responses,
    })
}

/// Adds an example of the body, and what may be copied: `x-codeSamples`, as readers of such documents know it.
fn exemplify(operation: &mut Value, of: Option<(Value, Value)>) {
    let Some((body, samples)) = of else { return };
    operation["requestBody"]["content"]["application/json"]["example"] = body;
    operation["x-codeSamples"] = samples;
}

fn summary(service: Service) -> &'static str {
    match service {
        Service::TokenB2b => "Access token",
        Service::TokenB2b2c => "Customer's access token",
        Service::Generate => "Generate a dynamic QR code",
        Service::Decode => "Decode a QR code (issuers)",
        Service::ApplyOtt => "Apply a one-time token (issuers)",
        Service::Payment => "Pay a QR code (issuers)",
        Service::Query => "Ask what became of a QR code",
        Service::Notify => "Tell of a payment (upstreams)",
        Service::Status => "Where a payment stands (issuers, merchants)",
        Service::Cancel => "Cancel an unpaid QR code",
        Service::Refund => "Refund a payment",
        _ => "",
    }
}

fn content(schema: &str) -> Value {
    json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{schema}") } } })
}

/// Adds the schema of a message and returns its name.
fn component(dialect: &'static Dialect, kind: Kind, schemas: &mut Map<String, Value>) -> String {
    let side = if kind.side == Side::Request { "Request" } else { "Response" };
    let name = format!("{}{:?}{side}", dialect.name, kind.service);
    schemas.insert(name.clone(), message(dialect, kind));
    name
}

fn responses() -> Map<String, Value> {
    let mut responses = Map::new();
    for status in REFUSALS {
        let rows = CASES.iter().filter(|case| case.http == status);
        let cases: Vec<String> =
            rows.map(|case| format!("{status}xx{:02} {}", case.case, case.message)).collect();
        responses.insert(
            format!("Refused{status}"),
            json!({
                "description": cases.join("; "),
                "headers": { "X-TIMESTAMP": { "$ref": "#/components/headers/Timestamp" } },
                "content": content("Refusal"),
            }),
        );
    }
    responses
}

fn parameters() -> Map<String, Value> {
    HeaderName::all().filter_map(|name| Some((format!("{name:?}"), parameter(name)?))).collect()
}

/// A header as a parameter; none for those OpenAPI has other places for.
fn parameter(name: HeaderName) -> Option<Value> {
    let (schema, words) = match name {
        HeaderName::ContentType
        | HeaderName::Accept
        | HeaderName::Authorization
        | HeaderName::AuthorizationCustomer => return None,
        HeaderName::Timestamp => (
            json!({ "type": "string", "format": "date-time" }),
            "Time of the request, with an offset; signed.",
        ),
        HeaderName::Signature => (json!({ "type": "string" }), "Signature in Base64."),
        HeaderName::ClientKey => (json!({ "type": "string", "maxLength": 64 }), "Client id."),
        HeaderName::PartnerId => (json!({ "type": "string", "maxLength": 36 }), "Partner id."),
        HeaderName::ExternalId => {
            (json!({ "type": "string", "maxLength": 36 }), "Unique in a day (western Indonesian time).")
        }
        HeaderName::DeviceId => (json!({ "type": "string", "maxLength": 400 }), "Device."),
        HeaderName::ChannelId => (json!({ "type": "string", "maxLength": 64 }), "Channel."),
        _ => (json!({ "type": "string" }), "As the standard says."),
    };
    Some(json!({
        "name": name.as_str(), "in": "header", "required": true, "description": words, "schema": schema
    }))
}

fn plain_paths(paths: &mut Map<String, Value>, url: &str) {
    let curl_of =
        |path: &str| json!([{ "lang": "Shell", "label": "curl", "source": format!("curl {url}{path}") }]);
    let text = |words: &str| json!({ "description": words, "content": { "text/plain": { "schema": { "type": "string" } } } });
    paths.insert(
        "/healthz".to_owned(),
        json!({ "get": {
            "x-codeSamples": curl_of("/healthz"),
            "operationId": "healthz", "summary": "The process runs", "security": [],
            "responses": { "200": text("It runs.") },
        } }),
    );
    paths.insert(
        "/readyz".to_owned(),
        json!({ "get": {
            "x-codeSamples": curl_of("/readyz"),
            "operationId": "readyz", "summary": "The storage answers", "security": [],
            "responses": { "200": text("It does."), "503": text("It does not.") },
        } }),
    );
    paths.insert(
        "/openapi.json".to_owned(),
        json!({ "get": {
            "x-codeSamples": curl_of("/openapi.json"),
            "operationId": "openapi", "summary": "This document", "security": [],
            "responses": { "200": {
                "description": "OpenAPI 3.1.",
                "content": { "application/json": { "schema": { "type": "object" } } },
            } },
        } }),
    );
}

fn sandbox_paths(paths: &mut Map<String, Value>, url: &str) {
    let security = json!([{ SANDBOX: [] }]);
    let ask = |path: &str, body: Option<Value>| {
        let body = body.map(|body| format!(" \\\n  --data-raw '{body}'")).unwrap_or_default();
        let source = format!("curl '{url}{path}' \\\n  -H \"Authorization: Bearer $SANDBOX_KEY\"{body}");
        json!([{ "lang": "Shell", "label": "curl", "source": source }])
    };
    let answer = |schema: Value| {
        json!({
            "200": { "description": "Done.", "content": { "application/json": { "schema": schema } } },
            "default": { "description": "Refused.", "content": { "application/json": { "schema": {} } } },
        })
    };
    let body =
        |schema: Value| json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    let money = json!({ "oneOf": [{ "$ref": "#/components/schemas/Money" }, { "type": "string" }] });
    paths.insert(
        "/sandbox/v1/pay".to_owned(),
        json!({ "post": {
            "x-codeSamples": ask("/sandbox/v1/pay", Some(json!({ "referenceNo": "REFERENCE-NO" }))),
            "operationId": "sandboxPay", "summary": "Pay a QR code without money", "tags": ["Sandbox"],
            "security": security,
            "requestBody": body(json!({
                "type": "object",
                "properties": {
                    "qrContent": { "type": "string" }, "referenceNo": { "type": "string" },
                    "partnerReferenceNo": { "type": "string" }, "amount": money, "tip": money,
                },
                "anyOf": [
                    { "required": ["qrContent"] }, { "required": ["referenceNo"] }, { "required": ["partnerReferenceNo"] },
                ],
            })),
            "responses": answer(json!({
                "type": "object",
                "required": ["referenceNo", "status", "paid", "tip", "rrn"],
            })),
        } }),
    );
    paths.insert(
        "/sandbox/v1/authorize".to_owned(),
        json!({ "post": {
            "x-codeSamples": ask("/sandbox/v1/authorize", Some(json!({ "clientId": "CLIENT-ID", "customer": "budi" }))),
            "operationId": "sandboxAuthorize", "summary": "Issue an authorisation code for a customer (service 74)",
            "tags": ["Sandbox"], "security": security,
            "requestBody": body(json!({
                "type": "object",
                "properties": {
                    "clientId": { "type": "string" },
                    "customer": { "type": "string", "minLength": 1, "maxLength": 64 },
                },
                "required": ["clientId", "customer"],
                "additionalProperties": false,
            })),
            "responses": answer(json!({
                "type": "object",
                "properties": { "authCode": { "type": "string" }, "expiresIn": { "type": "integer" } },
                "required": ["authCode", "expiresIn"],
            })),
        } }),
    );
    let clock = json!({
        "type": "object",
        "properties": { "offset_seconds": { "type": "integer" }, "now": { "type": "string", "format": "date-time" } },
        "required": ["offset_seconds", "now"],
    });
    paths.insert(
        "/sandbox/v1/clock".to_owned(),
        json!({ "post": {
            "x-codeSamples": ask("/sandbox/v1/clock", Some(json!({ "offset_seconds": 3600 }))),
            "operationId": "sandboxClock", "summary": "Move the gateway's clock", "tags": ["Sandbox"],
            "security": security,
            "requestBody": body(json!({
                "type": "object",
                "properties": { "offset_seconds": { "type": "integer" } },
                "required": ["offset_seconds"],
            })),
            "responses": answer(clock.clone()),
        }, "get": {
            "x-codeSamples": ask("/sandbox/v1/clock", None),
            "operationId": "sandboxClockRead", "summary": "Read the gateway's clock", "tags": ["Sandbox"],
            "security": security,
            "responses": answer(clock),
        } }),
    );
    paths.insert(
        "/sandbox/v1/notifications".to_owned(),
        json!({ "get": {
            "x-codeSamples": ask("/sandbox/v1/notifications?referenceNo=REFERENCE-NO", None),
            "operationId": "sandboxNotifications", "summary": "What was sent about a transaction",
            "tags": ["Sandbox"], "security": security,
            "parameters": [{ "name": "referenceNo", "in": "query", "required": true, "schema": { "type": "string" } }],
            "responses": answer(json!({ "type": "array", "items": { "type": "object" } })),
        } }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `$ref` of the document leads somewhere.
    fn references(value: &Value, document: &Value) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get("$ref") {
                    let pointer = reference.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{reference}");
                }
                object.values().for_each(|value| references(value, document));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, document)),
            _ => {}
        }
    }

    #[test]
    fn the_document_hangs_together() {
        let document = document("http://127.0.0.1:1", true);
        assert_eq!(document["openapi"], "3.1.0");
        references(&document, &document);
        let mut ids = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            assert!(path.starts_with('/'), "{path}");
            for (method, operation) in item.as_object().unwrap() {
                assert!(["get", "post"].contains(&method.as_str()));
                assert!(!operation["responses"].as_object().unwrap().is_empty(), "{path}");
                ids.push(operation["operationId"].as_str().unwrap().to_owned());
            }
        }
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "operation ids are unique");
    }

    #[test]
    fn every_service_of_every_dialect_is_there_with_its_members() {
        let document = document("https://qris.example", false);
        for dialect in dialect::ALL {
            for service in Service::all() {
                let operation = &document["paths"][dialect.path(service)]["post"];
                assert!(operation.is_object(), "{dialect} {service}");
            }
        }
        let schema = &document["components"]["schemas"];
        assert_eq!(schema["StandardQueryRequest"]["required"], json!(["serviceCode"]));
        assert_eq!(
            schema["StandardRefundRequest"]["required"],
            json!(["originalPartnerReferenceNo", "partnerRefundNo"])
        );
        assert_eq!(schema["BrickGenerateResponse"]["properties"]["responseCode"]["type"], "integer");
        assert!(schema["FinpayRefundRequest"]["properties"]["partnerReferenceNo"].is_object());
        assert!(document["paths"]["/sandbox/v1/pay"].is_null());
        let oauth = &document["components"]["securitySchemes"][OAUTH];
        assert_eq!(
            oauth["flows"]["clientCredentials"]["tokenUrl"],
            "https://qris.example/v1.0/access-token/b2b"
        );
        assert_eq!(document["paths"]["/v1.0/qr/qr-mpm-query"]["post"]["security"], json!([{ OAUTH: [] }]));
        assert_eq!(document["paths"]["/v1.0/access-token/b2b"]["post"]["security"], json!([]));
    }
}
