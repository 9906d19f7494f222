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

/// How mobile numbers are written: scheme, what stands before the national number, and the key of the object.
const MOBILES: [(&str, &str, &str, &str); 4] = [
    ("promptpay", "0066", "66", "mobile_number"),
    ("paynow", "+65", "65", "proxy_value"),
    ("fps", "+852-", "852", "mobile_number"),
    ("qrph", "+63-", "63", "mobile_number"),
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

/// A mobile number as the scheme writes it.
fn mobile(scheme: &Scheme, number: &str) -> Result<Vec<(String, String)>, Failure> {
    let Some((_, head, country, key)) = MOBILES.iter().find(|(own, ..)| *own == scheme.key) else {
        return Err(Failure::Usage(format!("{} is not paid by a mobile number", scheme.name)));
    };
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let is_foreign = number.trim_start().starts_with('+') || number.trim_start().starts_with("00");
    let digits = digits.trim_start_matches('0');
    let own = match digits.strip_prefix(country) {
        Some(own) if is_foreign => own,
        _ if is_foreign => {
            return Err(Failure::Usage(format!("{number} is no number of {}", scheme.country)));
        }
        _ => digits,
    };
    let mut objects = vec![((*key).to_owned(), format!("{head}{own}"))];
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
        "no account of {} has {} together; its accounts have {}",
        scheme.name,
        given.join(" and "),
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
