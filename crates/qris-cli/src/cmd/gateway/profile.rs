//! `qris gateway profile`, and the profiles and settings that `--policy` takes.

use clap::{Args as ClapArgs, Subcommand};
use qris_gateway::admin::{Profile, ProfileRow, SHIPPED};

#[cfg(feature = "call")]
use qris_snap::{dialect::Dialect, policy::Policy};

use super::words::pair;
use super::{print_json, print_table};
use crate::output::{Failure, Outcome, Verdict, raw_results, say};

#[derive(Debug, Subcommand)]
pub(super) enum ProfileCommand {
    /// List the profiles this program brings
    List(ListProfiles),
    /// Print one of them, to begin another with
    Show(ShowProfile),
}

#[derive(Debug, ClapArgs)]
pub(super) struct ListProfiles {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ShowProfile {
    /// As `profile list` calls it.
    #[arg(value_name = "NAME")]
    name: String,
}

pub(super) fn run(command: ProfileCommand) -> Outcome {
    match command {
        ProfileCommand::List(args) => list(args.json),
        ProfileCommand::Show(args) => show(&args.name),
    }
}

fn list(json: bool) -> Outcome {
    let found = Profile::list()?;
    if json {
        return print_json(&found);
    }
    let row = |row: &ProfileRow| {
        let ProfileRow { id, name, dialect, settings, source } = row;
        let source = source.first().cloned().unwrap_or_default();
        [(*id).to_owned(), name.clone(), dialect.clone(), settings.to_string(), source]
    };
    let rows: Vec<_> = found.iter().map(row).collect();
    print_table(&["PROFILE", "NAME", "DIALECT", "SETTINGS", "SOURCE"], &rows)
}

fn show(name: &str) -> Outcome {
    use std::io::Write;
    let known = SHIPPED.iter().find(|(known, _)| *known == name);
    let (_, text) =
        known.ok_or_else(|| Failure::Refused(format!("no profile {name:?}: see profile list")))?;
    let mut out = raw_results();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(Verdict::Good)
}

/// What the `--policy` options of a command line are.
#[derive(Debug, Default)]
pub(crate) struct Agreed {
    /// Of a file or a name.
    pub(super) profile: Option<Profile>,
    changes: Vec<(String, String)>,
}

impl Agreed {
    /// Tells profiles from single settings.
    pub(crate) fn of(given: &[String]) -> Result<Agreed, Failure> {
        let mut agreed = Agreed::default();
        for text in given {
            // A file with `=` in its name is given with its folder: ./a=b.toml.
            let setting = text.split_once('=').is_some_and(|(name, _)| !name.contains('/'));
            if setting {
                agreed.changes.push(pair(text).map_err(Failure::Usage)?);
            } else if agreed.profile.replace(Profile::open(text)?).is_some() {
                return Err(Failure::Usage("--policy takes one profile, and any number of settings".into()));
            }
        }
        Ok(agreed)
    }

    /// The settings in the order they hold: the profile's, that of `--external-id`, those of the command line.
    pub(super) fn settings(self, external_id: Option<&str>) -> Vec<(String, String)> {
        let mut settings = self.profile.map(|profile| profile.settings).unwrap_or_default();
        let external_id = external_id.map(|word| ("externalId.uniqueness".to_owned(), word.to_owned()));
        settings.extend(external_id);
        settings.extend(self.changes);
        settings
    }

    /// The policy of a partner with this dialect.
    #[cfg(feature = "call")]
    pub(crate) fn over(self, dialect: &'static Dialect) -> Result<Policy, Failure> {
        if let Some(profile) = self.profile.as_ref().filter(|profile| profile.dialect.name != dialect.name) {
            let text =
                format!("profile {} has dialect {}, the partner {dialect}", profile.name, profile.dialect);
            return Err(Failure::Usage(text));
        }
        let whole = Profile {
            name: dialect.name.to_owned(),
            source: Vec::new(),
            dialect,
            role: None,
            mount: None,
            notify_sign: None,
            settings: self.settings(None),
        };
        Ok(whole.policy()?)
    }

    /// Says that everything that was given can be followed.
    pub(super) fn checked(self, json: bool) -> Outcome {
        let Some(profile) = &self.profile else {
            return Err(Failure::Usage("--check wants a profile: --policy FILE".into()));
        };
        // The profile's settings were found good when it was read; those beside it are tried on it.
        let mut whole = profile.clone();
        let (name, dialect) = (profile.name.clone(), profile.dialect.name.to_ascii_lowercase());
        let sources = profile.source.clone();
        whole.settings = self.settings(None);
        whole.policy()?;
        let settings = whole.settings.len();
        if json {
            return print_json(&serde_json::json!({
                "name": name, "dialect": dialect, "settings": settings, "source": sources, "good": true,
            }));
        }
        say("good", &format!("{name}, dialect {dialect}, {settings} settings"));
        Ok(Verdict::Good)
    }
}
