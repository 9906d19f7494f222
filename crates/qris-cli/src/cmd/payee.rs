//! Whom a payload of another scheme pays: `qris encode --scheme`. Which objects there are is asked of the scheme's table.

use qris_core::schema::{Content, ObjectSpec, TemplateSpec};
use qris_core::{Id, Path, Scheme};

use crate::output::Failure;

/// The payee of a code that is not QRIS.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Payee {
    /// Make a code of another scheme, such as promptpay, pix or duitnow. 53, 58 and the identifier of the account are
    /// its own then; `qris schema --profile promptpay` shows its table.
    #[arg(long, value_name = "SCHEME", value_parser = scheme)]
    scheme: Option<&'static Scheme>,
    /// An object of the scheme's account by its JSON key, such as national_id=1234567890123. May be given several times.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair, requires = "scheme")]
    payee: Vec<(String, String)>,
    /// The mobile number that is paid (promptpay, paynow, fps, qrph), as it is dialled at home or with its country code.
    #[arg(long, value_name = "NUMBER", requires = "scheme")]
    mobile: Option<String>,
}

fn scheme(key: &str) -> Result<&'static Scheme, String> {
    let others = || Scheme::all().iter().filter(|scheme| scheme.guid_prefix.is_none());
    let keys: Vec<&str> = others().map(|scheme| scheme.key).collect();
    let found = others().find(|scheme| scheme.key == key).copied();
    found.ok_or_else(|| format!("the schemes are {}; without --scheme a QRIS is made", keys.join(", ")))
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE, such as national_id=1234567890123")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// How a scheme writes a mobile number.
struct Mobile {
    scheme: &'static str,
    /// What stands before the national number.
    head: &'static str,
    country_code: &'static str,
    /// The digits of a national number.
    length: usize,
    /// Whether people dial a 0 before it at home.
    has_trunk_zero: bool,
    /// The JSON key of the object.
    key: &'static str,
}

const MOBILES: [Mobile; 4] = [
    Mobile {
        scheme: "promptpay",
        head: "0066",
        country_code: "66",
        length: 9,
        has_trunk_zero: true,
        key: "mobile_number",
    },
    Mobile {
        scheme: "paynow",
        head: "+65",
        country_code: "65",
        length: 8,
        has_trunk_zero: false,
        key: "proxy_value",
    },
    Mobile {
        scheme: "fps",
        head: "+852-",
        country_code: "852",
        length: 8,
        has_trunk_zero: false,
        key: "mobile_number",
    },
    Mobile {
        scheme: "qrph",
        head: "+63-",
        country_code: "63",
        length: 10,
        has_trunk_zero: true,
        key: "mobile_number",
    },
];

impl Payee {
    /// The scheme, when one was asked for.
    pub(crate) fn scheme(&self) -> Option<&'static Scheme> {
        self.scheme
    }

    /// The objects of the account, and those whose value is always the same.
    pub(crate) fn objects(&self) -> Result<Vec<(Path, String)>, Failure> {
        let Some(scheme) = self.scheme else { return Ok(Vec::new()) };
        let mut wanted = self.payee.clone();
        if let Some(number) = &self.mobile {
            wanted.extend(mobile(scheme, number)?);
        }
        let mut objects: Vec<(Path, String)> = [Id::PAYLOAD_FORMAT_INDICATOR, Id::CURRENCY, Id::COUNTRY]
            .into_iter()
            .filter_map(|id| Some((Path::root(id), only(scheme.root.row(id)?)?.to_owned())))
            .collect();
        if !wanted.is_empty() {
            objects.extend(account(scheme, &wanted)?);
        }
        Ok(objects)
    }
}

/// The value of a row that has one alone, or the first of its choices.
fn only(row: &ObjectSpec) -> Option<&'static str> {
    match row.content {
        Content::Fixed(value) => Some(value),
        Content::OneOf(choices) => choices.first().map(|(value, _)| *value),
        _ => None,
    }
}

/// A mobile number as the scheme writes it. Blanks, hyphens, dots and brackets in it are passed over.
fn mobile(scheme: &Scheme, number: &str) -> Result<Vec<(String, String)>, Failure> {
    let Some(form) = MOBILES.iter().find(|form| form.scheme == scheme.key) else {
        return Err(Failure::Usage(format!("{} is not paid by a mobile number", scheme.name)));
    };
    let wrong = || {
        let zero = if form.has_trunk_zero { ", with or without a 0 before them" } else { "" };
        Failure::Usage(format!(
            "--mobile is no number of {}: it has {} digits{zero}, or +{} and these digits",
            scheme.country, form.length, form.country_code
        ))
    };
    let written: String = number.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    let (is_international, digits) = match written.strip_prefix('+').or_else(|| written.strip_prefix("00")) {
        Some(digits) => (true, digits),
        None => (false, written.as_str()),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let is_whole = |own: &&str| own.len() == form.length && !own.starts_with('0');
    let at_home =
        || if form.has_trunk_zero { digits.strip_prefix('0').or(Some(digits)) } else { Some(digits) };
    let abroad = digits.strip_prefix(form.country_code).filter(is_whole);
    let own =
        abroad.or_else(|| at_home().filter(|_| !is_international).filter(is_whole)).ok_or_else(wrong)?;
    let mut objects = vec![(form.key.to_owned(), format!("{}{own}", form.head))];
    if scheme.key == "paynow" {
        objects.push(("proxy_type".to_owned(), "0".to_owned()));
        objects.push(("amount_editable".to_owned(), "1".to_owned()));
    }
    Ok(objects)
}

/// The first account of the scheme that has all these keys, with its identifier.
fn account(scheme: &Scheme, wanted: &[(String, String)]) -> Result<Vec<(Path, String)>, Failure> {
    let by_guid = scheme.root.by_guid.iter().map(|(guid, row)| (Some(*guid), row));
    let by_place = scheme.root.objects.iter().filter(|row| row.scheme().is_some()).map(|row| (None, row));
    let accounts: Vec<_> = by_guid.chain(by_place).collect();
    for (guid, row) in &accounts {
        let Content::Template(inside) = row.content else { continue };
        let paths: Option<Vec<Path>> =
            wanted.iter().map(|(key, _)| path_of(inside, Path::root(row.first), key)).collect();
        if let Some(paths) = paths {
            let mut objects: Vec<(Path, String)> =
                paths.into_iter().zip(wanted).map(|(path, (_, value))| (path, value.clone())).collect();
            let guid_path = Path::root(row.first).child(Id::PAYLOAD_FORMAT_INDICATOR).unwrap_or_default();
            objects.extend(guid.map(|guid| (guid_path, guid.to_owned())));
            return nested(objects);
        }
    }
    let mut keys: Vec<&str> = Vec::new();
    for (_, row) in &accounts {
        if let Content::Template(inside) = row.content {
            keys_of(inside, &mut keys);
        }
    }
    let given: Vec<&str> = wanted.iter().map(|(key, _)| key.as_str()).collect();
    Err(Failure::Usage(format!(
        "no account of {} has {}{}; its accounts have {}",
        scheme.name,
        given.join(" and "),
        if given.len() > 1 { " together" } else { "" },
        keys.join(", ")
    )))
}

/// Where the object with this JSON key is.
fn path_of(table: &'static TemplateSpec, at: Path, key: &str) -> Option<Path> {
    table.objects.iter().find_map(|row| {
        let path = at.child(row.first)?;
        match row.content {
            Content::Template(inside) => path_of(inside, path, key),
            _ => (row.key == key).then_some(path),
        }
    })
}

fn keys_of(table: &'static TemplateSpec, keys: &mut Vec<&'static str>) {
    for row in table.objects {
        match row.content {
            Content::Template(inside) => keys_of(inside, keys),
            _ if row.key != "guid" && !keys.contains(&row.key) => keys.push(row.key),
            _ => {}
        }
    }
}

/// What is on the third level becomes the value of the object around it, since EMVCo has no template there.
fn nested(mut objects: Vec<(Path, String)>) -> Result<Vec<(Path, String)>, Failure> {
    objects.sort_by_key(|(path, _)| *path);
    let mut all: Vec<(Path, String)> = Vec::new();
    for (path, value) in objects {
        let (Some(around), Some(id)) = (path.parent().filter(|around| around.depth() == 2), path.last())
        else {
            all.push((path, value));
            continue;
        };
        let length = value.chars().count();
        if length > 99 {
            return Err(Failure::Usage(format!("{path} has {length} characters; it can have 99")));
        }
        let object = format!("{id}{length:02}{value}");
        match all.iter_mut().find(|(path, _)| *path == around) {
            Some((_, text)) => text.push_str(&object),
            None => all.push((around, object)),
        }
    }
    Ok(all)
}
