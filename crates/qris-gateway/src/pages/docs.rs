//! The API page: the OpenAPI document, made readable. It knows nothing of our services; what the document says is shown.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State as Held;
use serde_json::{Map, Value};

use super::frame::{Frame, Here};
use super::lang::Lang;
use super::visitor::Visitor;
use super::words::Words;
use super::{Answer, Pages, html};
use crate::app::{App, Shared};
use crate::openapi;

/// How deep objects in objects are shown; deeper ones refer to themselves.
const DEEPEST: usize = 6;
/// Members of one message that are shown.
const MEMBERS: usize = 400;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

#[derive(Template)]
#[template(path = "docs.html")]
struct Page<'a> {
    frame: Frame,
    docs: &'a Docs,
}

/// What does not depend on who looks, in each language: built when the first one looks, and kept.
#[derive(Debug)]
pub(super) struct Docs {
    title: String,
    /// Rendered by [`Body`], which escapes.
    text: String,
}

#[derive(Template)]
#[template(path = "docs_body.html")]
struct Body {
    t: &'static Words,
    title: String,
    version: String,
    description: String,
    /// Of the signed examples.
    key: String,
    schemes: Vec<(String, String)>,
    groups: Vec<Group>,
}

/// The operations of one tag.
struct Group {
    name: String,
    operations: Vec<Operation>,
}

/// One method of one path.
struct Operation {
    tag: String,
    anchor: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    deprecated: bool,
    parameters: Vec<Member>,
    request: Vec<Member>,
    example: Option<String>,
    /// Label and text of what may be copied.
    samples: Vec<(String, String)>,
    responses: Vec<Response>,
}

struct Response {
    status: String,
    description: String,
    members: Vec<Member>,
}

/// A member of a message, or a header.
struct Member {
    depth: usize,
    name: String,
    kind: String,
    required: bool,
    text: String,
}

/// `GET /docs`.
pub(super) async fn page(
    Held(app): Held<Shared>,
    Extension(pages): Extension<Arc<Pages>>,
    visitor: Visitor,
) -> Answer {
    let docs =
        pages.docs[usize::from(visitor.lang == Lang::English)].get_or_init(|| build(&app, visitor.lang));
    Ok(html(&Page { frame: Frame::public(&app, &visitor, Here::Api), docs }))
}

fn build(app: &App, lang: Lang) -> Docs {
    let document = openapi::document(&app.public_url, app.sandbox_key.is_some());
    let info = |name| text(&document["info"], name);
    let body = Body {
        t: lang.words(),
        title: info("title"),
        version: info("version"),
        description: info("description"),
        key: info("x-exampleKey"),
        schemes: schemes(&document),
        groups: groups(operations(&document)),
    };
    // Writing to a String does not fail.
    Docs { title: info("title"), text: body.render().unwrap_or_default() }
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn schemes(document: &Value) -> Vec<(String, String)> {
    let found = object(&document["components"]["securitySchemes"]);
    found.map(|(name, scheme)| (name.clone(), text(scheme, "description"))).collect()
}

/// By tag, in the order in which tags are met.
fn groups(operations: Vec<Operation>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for operation in operations {
        match groups.iter_mut().find(|group| group.name == operation.tag) {
            Some(group) => group.operations.push(operation),
            None => groups.push(Group { name: operation.tag.clone(), operations: vec![operation] }),
        }
    }
    groups
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in object(&document["paths"]) {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                operations.push(read_operation(document, path, method, item, operation));
            }
        }
    }
    operations
}

fn read_operation(document: &Value, path: &str, method: &str, item: &Value, operation: &Value) -> Operation {
    let parameters = [&item["parameters"], &operation["parameters"]];
    let parameters = parameters.into_iter().filter_map(Value::as_array).flatten();
    let body = json_content(resolve(document, &operation["requestBody"]));
    let example = body
        .get("example")
        .or_else(|| object(&body["examples"]).find_map(|(_, example)| example.get("value")));
    let responses = object(&operation["responses"]).map(|(status, response)| {
        let response = resolve(document, response);
        Response {
            status: status.clone(),
            description: text(response, "description"),
            members: members(document, &json_content(response)["schema"]),
        }
    });
    let anchor: String = format!("{method}{path}");
    Operation {
        tag: operation["tags"][0].as_str().unwrap_or_default().to_owned(),
        anchor: anchor.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(operation, "summary"),
        description: text(operation, "description"),
        deprecated: operation["deprecated"] == true,
        parameters: parameters.map(|parameter| read_parameter(document, parameter)).collect(),
        request: members(document, &body["schema"]),
        example: example.and_then(|value| serde_json::to_string_pretty(value).ok()),
        samples: samples(operation),
        responses: responses.collect(),
    }
}

/// `x-codeSamples`: a label, and text to copy.
fn samples(operation: &Value) -> Vec<(String, String)> {
    let found = operation["x-codeSamples"].as_array().into_iter().flatten();
    found.map(|sample| (text(sample, "label"), text(sample, "source"))).collect()
}

/// The media type of a body that is JSON, or the only one there is.
fn json_content(body: &Value) -> &Value {
    let content = &body["content"];
    let json = object(content).find(|(kind, _)| kind.contains("json"));
    json.or_else(|| object(content).next()).map_or(&Value::Null, |(_, media)| media)
}

fn read_parameter(document: &Value, parameter: &Value) -> Member {
    let parameter = resolve(document, parameter);
    let schema = resolve(document, &parameter["schema"]);
    Member {
        depth: 1,
        name: text(parameter, "name"),
        kind: format!("{}, {}", text(parameter, "in"), kind(schema)),
        required: parameter["required"] == true,
        text: text(parameter, "description"),
    }
}

/// What a local `$ref` refers to.
fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let mut value = value;
    // References to references are allowed; a circle of them is not worth more steps than this.
    for _ in 0..DEEPEST {
        let Some(pointer) = value.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'))
        else {
            return value;
        };
        value = document.pointer(pointer).unwrap_or(&Value::Null);
    }
    value
}

fn members(document: &Value, schema: &Value) -> Vec<Member> {
    let mut members = Vec::new();
    gather(document, schema, 1, &mut members);
    members
}

fn gather(document: &Value, schema: &Value, depth: usize, members: &mut Vec<Member>) {
    let schema = resolve(document, schema);
    if depth > DEEPEST {
        return;
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        gather(document, part, depth, members);
    }
    let items = &schema["items"];
    if items.is_object() {
        gather(document, items, depth, members);
    }
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, member) in object(&schema["properties"]) {
        if members.len() >= MEMBERS {
            return;
        }
        let found = resolve(document, member);
        let own = text(member, "description");
        members.push(Member {
            depth,
            name: name.clone(),
            kind: kind(found),
            required: required.contains(&name.as_str()),
            text: if own.is_empty() { text(found, "description") } else { own },
        });
        gather(document, found, depth + 1, members);
    }
}

/// Type and limits of a schema in a few words.
fn kind(schema: &Value) -> String {
    let mut words = Vec::new();
    match &schema["type"] {
        Value::String(name) => words.push(name.clone()),
        Value::Array(names) => {
            words.push(names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "));
        }
        _ => {}
    }
    let format = text(schema, "format");
    if !format.is_empty() {
        words.push(format);
    }
    match (schema["minLength"].as_u64(), schema["maxLength"].as_u64()) {
        (Some(least), Some(most)) if least == most => words.push(format!("{most}")),
        (Some(least), Some(most)) => words.push(format!("{least}–{most}")),
        (None, Some(most)) => words.push(format!("≤ {most}")),
        _ => {}
    }
    let pattern = text(schema, "pattern");
    if !pattern.is_empty() {
        words.push(pattern);
    }
    if let Some(choices) = schema["enum"].as_array() {
        let choices = choices.iter().take(12).map(|choice| match choice {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        words.push(choices.collect::<Vec<_>>().join(" | "));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_is_read() {
        let document = json!({
            "paths": {"/v1.0/qr": {
                "parameters": [{"$ref": "#/components/parameters/Time"}],
                "post": {
                    "summary": "Generate",
                    "requestBody": {"content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/Request"}, "example": {"a": 1}}}},
                    "responses": {"200": {"description": "Made"}}
                }
            }},
            "components": {
                "parameters": {"Time": {"name": "X-TIMESTAMP", "in": "header", "required": true,
                                        "schema": {"type": "string", "maxLength": 25}}},
                "schemas": {
                    "Request": {"type": "object", "required": ["amount"], "properties": {
                        "amount": {"$ref": "#/components/schemas/Amount"}, "self": {"$ref": "#/components/schemas/Request"}}},
                    "Amount": {"type": "object", "description": "Money", "properties": {
                        "value": {"type": "string"}, "currency": {"enum": ["IDR"]}}}
                }
            }
        });
        let operations = operations(&document);
        let [operation] = operations.as_slice() else { panic!("one operation") };
        assert_eq!((operation.method.as_str(), operation.anchor.as_str()), ("POST", "post-v1-0-qr"));
        assert_eq!(operation.parameters[0].kind, "header, string, ≤ 25");
        let amount = &operation.request[0];
        assert_eq!((amount.name.as_str(), amount.required, amount.text.as_str()), ("amount", true, "Money"));
        assert_eq!((operation.request[1].name.as_str(), operation.request[1].depth), ("value", 2));
        assert_eq!(operation.request[2].kind, "IDR");
        assert!(operation.request.len() <= MEMBERS, "a circle ends");
        assert_eq!(operation.responses[0].description, "Made");
    }

    #[test]
    fn circles_of_references_end() {
        let document = json!({"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}});
        assert!(members(&document, &document["a"]).is_empty());
    }
}
