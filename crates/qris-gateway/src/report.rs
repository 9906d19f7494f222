//! The report of a day: what became of the transactions made that day (WIB), and the money a person must look at.

use qris_snap::DateTime;
use serde::Serialize;
use time::Date;
use time::macros::format_description;

use crate::db::{Store, Tx};
use crate::error::OperatorError;
use crate::model::{Exception, Minor, State, Transaction, audit, partner, transaction};

/// Sums of some transactions, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Transactions.
    pub count: u64,
    /// Paid, tips not counted.
    pub gross: i64,
    /// Tips.
    pub tip: i64,
    /// Given back.
    pub refunds: i64,
}

impl Sums {
    /// Gross and tips less refunds.
    pub fn net(&self) -> i64 {
        self.gross.saturating_add(self.tip).saturating_sub(self.refunds)
    }

    fn add(&mut self, other: &Sums) {
        self.count = self.count.saturating_add(other.count);
        self.gross = self.gross.saturating_add(other.gross);
        self.tip = self.tip.saturating_add(other.tip);
        self.refunds = self.refunds.saturating_add(other.refunds);
    }

    fn of(transaction: &Transaction) -> Sums {
        Sums {
            count: 1,
            gross: transaction.paid_amount.get(),
            tip: transaction.paid_tip.get(),
            refunds: transaction.refunded.get(),
        }
    }
}

/// The transactions of one partner in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Client id.
    pub partner: String,
    /// The state now: what ran out is expired.
    pub state: State,
    /// Its sums.
    pub sums: Sums,
}

/// A day's report.
#[derive(Debug, Clone)]
pub struct Report {
    /// `2026-11-21`.
    pub date: String,
    /// Client id; none: every partner.
    pub partner: Option<String>,
    /// Each partner's states, all six of them.
    pub lines: Vec<Line>,
    /// Money that came late, twice or wrong that day.
    pub exceptions: Vec<Exception>,
}

/// Makes the report of a day (`2026-11-21`) as it stands at `now`, of one partner (client id or partner id) or all.
///
/// # Errors
/// [`OperatorError::Usage`] for a date there is not, [`OperatorError::Refused`] for a partner there is not.
pub async fn report(
    store: &Store,
    date: &str,
    wanted: Option<String>,
    now: i64,
) -> Result<Report, OperatorError> {
    let wrong = || OperatorError::Usage(format!("{date:?} is no date: such as 2026-11-21 is wanted"));
    Date::parse(date, format_description!("[year]-[month]-[day]")).map_err(|_| wrong())?;
    let from = DateTime::parse(&format!("{date}T00:00:00+07:00")).ok_or_else(wrong)?.unix();
    let to = from.saturating_add(qris_snap::datetime::DAY);
    let date = date.to_owned();
    let unit = move |tx: &mut dyn Tx| {
        let client_id = wanted.map(|id| client_id_of(tx, id)).transpose()?;
        let partners: Vec<String> = match &client_id {
            Some(id) => vec![id.clone()],
            None => partner::all(tx)?.into_iter().map(|partner| partner.client_id).collect(),
        };
        let made = transaction::made_between(tx, client_id.as_deref(), from, to)?;
        let mut exceptions = audit::exceptions(tx, from, to)?;
        exceptions.retain(|exception| client_id.as_ref().is_none_or(|id| *id == exception.client_id));
        Ok(Report { date, partner: client_id, lines: lines(&partners, &made, now), exceptions })
    };
    store.read(unit).await
}

fn client_id_of(tx: &mut dyn Tx, id: String) -> Result<String, OperatorError> {
    if partner::by_client_id(tx, &id)?.is_some() {
        return Ok(id);
    }
    let found = partner::by_partner_id(tx, &id)?;
    found.map(|partner| partner.client_id).ok_or_else(|| OperatorError::Refused(format!("no partner {id:?}")))
}

fn lines(partners: &[String], made: &[Transaction], now: i64) -> Vec<Line> {
    let mut lines = Vec::with_capacity(partners.len() * State::ALL.len());
    for partner in partners {
        for state in State::ALL {
            let mut sums = Sums::default();
            for transaction in made {
                if transaction.client_id == *partner && transaction.state_at(now) == state {
                    sums.add(&Sums::of(transaction));
                }
            }
            lines.push(Line { partner: partner.clone(), state, sums });
        }
    }
    lines
}

#[derive(Serialize)]
struct SumsJson {
    count: u64,
    gross: String,
    tip: String,
    refunds: String,
    net: String,
}

#[derive(Serialize)]
struct LineJson<'a> {
    partner: &'a str,
    state: &'static str,
    #[serde(flatten)]
    sums: SumsJson,
}

#[derive(Serialize)]
struct ExceptionJson<'a> {
    id: &'a str,
    partner: &'a str,
    reference_no: Option<&'a str>,
    kind: &'a str,
    amount: Option<String>,
    detail: &'a str,
    at: String,
}

#[derive(Serialize)]
struct TotalsJson {
    #[serde(flatten)]
    sums: SumsJson,
    exceptions: usize,
    exceptions_amount: String,
}

#[derive(Serialize)]
struct ReportJson<'a> {
    date: &'a str,
    partner: Option<&'a str>,
    currency: &'static str,
    totals: TotalsJson,
    states: Vec<LineJson<'a>>,
    exceptions: Vec<ExceptionJson<'a>>,
}

impl Report {
    /// The sums of all lines.
    pub fn totals(&self) -> Sums {
        let mut totals = Sums::default();
        self.lines.iter().for_each(|line| totals.add(&line.sums));
        totals
    }

    fn exceptions_amount(&self) -> i64 {
        let amounts = self.exceptions.iter().filter_map(|exception| exception.amount).map(Minor::get);
        amounts.fold(0, i64::saturating_add)
    }

    /// As JSON; money is text in rupiah with two decimals.
    ///
    /// # Errors
    /// Never in practice: everything in it can be written.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let exception = |exception: &'_ Exception| -> Option<String> { exception.amount.map(Minor::rupiah) };
        serde_json::to_string_pretty(&ReportJson {
            date: &self.date,
            partner: self.partner.as_deref(),
            currency: "IDR",
            totals: TotalsJson {
                sums: sums(&self.totals()),
                exceptions: self.exceptions.len(),
                exceptions_amount: rupiah(self.exceptions_amount()),
            },
            states: self
                .lines
                .iter()
                .map(|line| LineJson {
                    partner: &line.partner,
                    state: line.state.as_str(),
                    sums: sums(&line.sums),
                })
                .collect(),
            exceptions: self
                .exceptions
                .iter()
                .map(|it| ExceptionJson {
                    id: &it.id,
                    partner: &it.client_id,
                    reference_no: it.reference_no.as_deref(),
                    kind: &it.kind,
                    amount: exception(it),
                    detail: &it.detail,
                    at: crate::admin::when(it.created_at),
                })
                .collect(),
        })
    }

    /// As CSV: a line for each partner and state, one for each partner's exceptions, and `total`, whose every figure
    /// is the sum of those above it.
    pub fn csv(&self) -> String {
        let mut text =
            "date,partner,state,count,gross,tip,refunds,net,exceptions,exceptions_amount\n".to_owned();
        let mut row = |partner: &str, state: &str, it: &Sums, exceptions: usize, amount: i64| {
            let SumsJson { count, gross, tip, refunds, net } = sums(it);
            let (date, amount) = (&self.date, rupiah(amount));
            text.push_str(&format!(
                "{date},{partner},{state},{count},{gross},{tip},{refunds},{net},{exceptions},{amount}\n"
            ));
        };
        for line in &self.lines {
            row(&line.partner, line.state.as_str(), &line.sums, 0, 0);
        }
        let mut partners: Vec<&str> = self.exceptions.iter().map(|it| it.client_id.as_str()).collect();
        partners.sort_unstable();
        partners.dedup();
        for partner in partners {
            let of_partner = self.exceptions.iter().filter(|it| it.client_id == partner);
            let amount =
                of_partner.clone().filter_map(|it| it.amount).map(Minor::get).fold(0, i64::saturating_add);
            row(partner, "exception", &Sums::default(), of_partner.count(), amount);
        }
        row("", "total", &self.totals(), self.exceptions.len(), self.exceptions_amount());
        text
    }
}

fn sums(sums: &Sums) -> SumsJson {
    SumsJson {
        count: sums.count,
        gross: rupiah(sums.gross),
        tip: rupiah(sums.tip),
        refunds: rupiah(sums.refunds),
        net: rupiah(sums.net()),
    }
}

/// Minor units as text with two decimals.
fn rupiah(minor: i64) -> String {
    Minor::new(minor).rupiah()
}
