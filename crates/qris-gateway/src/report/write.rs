//! A report as text. Its entries and exceptions are read a page at a time: a day of any size takes the same memory.

use std::io::Write;

use serde::Serialize;

use super::{Format, Report, Sums};
use crate::admin::when;
use crate::db::{DbError, Store, Tx};
use crate::error::OperatorError;
use crate::model::{Entry, Exception, Minor, audit, ledger};

/// Rows of a page.
const PAGE: u32 = 500;

/// Money is text in rupiah with two decimals.
#[derive(Serialize)]
struct Figures {
    count: u64,
    gross: String,
    tip: String,
    refunds: String,
    net: String,
    exceptions: u64,
    exceptions_amount: String,
    exceptions_refunded: String,
}

#[derive(Serialize)]
struct LineJson<'a> {
    partner: &'a str,
    kind: &'static str,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Serialize)]
struct CsvLine<'a> {
    date: &'a str,
    partner: &'a str,
    kind: &'static str,
    count: u64,
    gross: &'a str,
    tip: &'a str,
    refunds: &'a str,
    net: &'a str,
    exceptions: u64,
    exceptions_amount: &'a str,
    exceptions_refunded: &'a str,
}

#[derive(Serialize)]
struct EntryLine<'a> {
    id: &'a str,
    partner: &'a str,
    merchant_id: &'a str,
    kind: &'static str,
    reference_no: &'a str,
    amount: String,
    tip: String,
    payer: Option<&'a str>,
    rrn: Option<&'a str>,
    at: String,
}

const ENTRY_HEAD: [&str; 10] =
    ["id", "partner", "merchant_id", "kind", "reference_no", "amount", "tip", "payer", "rrn", "at"];

#[derive(Serialize)]
struct ExceptionLine<'a> {
    id: &'a str,
    partner: &'a str,
    told_by: Option<&'a str>,
    reference_no: Option<&'a str>,
    kind: &'a str,
    amount: Option<String>,
    detail: &'a str,
    at: String,
}

fn figures(sums: &Sums) -> Figures {
    Figures {
        count: sums.count,
        gross: sums.gross.rupiah(),
        tip: sums.tip.rupiah(),
        refunds: sums.refunds.rupiah(),
        // That of the totals fits, or there is no report.
        net: sums.net().map(Minor::rupiah).unwrap_or_default(),
        exceptions: sums.exceptions,
        exceptions_amount: sums.exceptions_amount.rupiah(),
        exceptions_refunded: sums.exceptions_refunded.rupiah(),
    }
}

fn entry_line(it: &Entry) -> EntryLine<'_> {
    EntryLine {
        id: &it.id,
        partner: &it.client_id,
        merchant_id: &it.merchant_id,
        kind: it.kind.as_str(),
        reference_no: &it.reference_no,
        amount: it.amount.rupiah(),
        tip: it.tip.rupiah(),
        payer: it.payer.as_deref(),
        rrn: it.rrn.as_deref(),
        at: when(it.created_at),
    }
}

fn exception_line(it: &Exception) -> ExceptionLine<'_> {
    ExceptionLine {
        id: &it.id,
        partner: &it.client_id,
        told_by: it.told_by.as_deref(),
        reference_no: it.reference_no.as_deref(),
        kind: &it.kind,
        amount: it.amount.map(Minor::rupiah),
        detail: &it.detail,
        at: when(it.created_at),
    }
}

fn unwritten(error: impl Into<std::io::Error>) -> OperatorError {
    OperatorError::Io("the report cannot be written".to_owned(), error.into())
}

impl Report {
    /// Writes the report. As JSON it has the exceptions too, and the entries when they are wanted. As CSV it has a line for
    /// each partner and kind, and `total`, whose every figure is the sum of those above it; or, when entries are wanted,
    /// those and nothing else.
    ///
    /// # Errors
    /// The storage's, and when `out` cannot be written.
    pub async fn write(
        &self,
        store: &Store,
        format: Format,
        entries: bool,
        out: &mut impl Write,
    ) -> Result<(), OperatorError> {
        match format {
            Format::Json => self.json(store, entries, out).await,
            Format::Csv => {
                let mut csv = csv::WriterBuilder::new().has_headers(!entries).from_writer(out);
                if entries {
                    csv.write_record(ENTRY_HEAD).map_err(unwritten)?;
                    let mut lines = self.entries(store);
                    while let Some(page) = lines.next().await? {
                        for entry in &page {
                            csv.serialize(entry_line(entry)).map_err(unwritten)?;
                        }
                    }
                } else {
                    self.csv_lines(&mut csv).map_err(unwritten)?;
                }
                csv.flush().map_err(unwritten)
            }
        }
    }

    fn csv_lines(&self, csv: &mut csv::Writer<impl Write>) -> Result<(), csv::Error> {
        let lines = self.lines.iter().map(|((partner, kind), sums)| (partner.as_str(), kind.as_str(), sums));
        for (partner, kind, sums) in lines.chain([("", "total", &self.totals)]) {
            let it = figures(sums);
            csv.serialize(CsvLine {
                date: &self.date,
                partner,
                kind,
                count: it.count,
                gross: &it.gross,
                tip: &it.tip,
                refunds: &it.refunds,
                net: &it.net,
                exceptions: it.exceptions,
                exceptions_amount: &it.exceptions_amount,
                exceptions_refunded: &it.exceptions_refunded,
            })?;
        }
        Ok(())
    }

    async fn json(&self, store: &Store, entries: bool, out: &mut impl Write) -> Result<(), OperatorError> {
        let text = |value: &str| serde_json::to_string(value).map_err(unwritten);
        let partner = self.partner.as_deref().map_or_else(|| Ok("null".to_owned()), text)?;
        let totals = serde_json::to_string(&figures(&self.totals)).map_err(unwritten)?;
        write!(
            out,
            "{{\n\"date\": {},\n\"closed\": {},\n\"partner\": {partner},\n\"currency\": \"IDR\",\n\"totals\": {totals}",
            text(&self.date)?,
            self.closed
        )
        .map_err(unwritten)?;
        let mut list = List::begin(out, "lines")?;
        for ((partner, kind), sums) in &self.lines {
            list.add(&LineJson { partner, kind: kind.as_str(), figures: figures(sums) })?;
        }
        list.end()?;
        let mut list = List::begin(out, "exceptions")?;
        let mut pages = self.exceptions(store);
        while let Some(page) = pages.next().await? {
            page.iter().try_for_each(|it| list.add(&exception_line(it)))?;
        }
        list.end()?;
        if entries {
            let mut list = List::begin(out, "entries")?;
            let mut pages = self.entries(store);
            while let Some(page) = pages.next().await? {
                page.iter().try_for_each(|it| list.add(&entry_line(it)))?;
            }
            list.end()?;
        }
        out.write_all(b"\n}\n").map_err(unwritten)
    }

    fn entries(&self, store: &Store) -> Pages<Entry> {
        Pages::new(self, store, ledger::page, |it| it.id.clone())
    }

    fn exceptions(&self, store: &Store) -> Pages<Exception> {
        Pages::new(self, store, audit::exceptions_of_day, |it| it.id.clone())
    }
}

/// One page of a day, of a partner or all, after an id.
type Read<T> = fn(&mut dyn Tx, i64, Option<&str>, &str, u32) -> Result<Vec<T>, DbError>;

/// The rows of a day, a page at a time, in the order of their ids.
struct Pages<T> {
    store: Store,
    day: i64,
    partner: Option<String>,
    read: Read<T>,
    id: fn(&T) -> String,
    after: Option<String>,
}

impl<T: Send + 'static> Pages<T> {
    fn new(report: &Report, store: &Store, read: Read<T>, id: fn(&T) -> String) -> Pages<T> {
        let (store, partner) = (store.clone(), report.partner.clone());
        Pages { store, day: report.day, partner, read, id, after: Some(String::new()) }
    }

    async fn next(&mut self) -> Result<Option<Vec<T>>, DbError> {
        let Some(after) = self.after.take() else { return Ok(None) };
        let (read, day, partner) = (self.read, self.day, self.partner.clone());
        let page = self.store.read(move |tx| read(tx, day, partner.as_deref(), &after, PAGE)).await?;
        self.after = page.last().filter(|_| page.len() == PAGE as usize).map(self.id);
        Ok(Some(page))
    }
}

/// A member of the report's object that is an array, one element a line.
struct List<'a, W: Write> {
    out: &'a mut W,
    first: bool,
}

impl<'a, W: Write> List<'a, W> {
    fn begin(out: &'a mut W, name: &str) -> Result<List<'a, W>, OperatorError> {
        write!(out, ",\n\"{name}\": [").map_err(unwritten)?;
        Ok(List { out, first: true })
    }

    fn add(&mut self, element: &impl Serialize) -> Result<(), OperatorError> {
        let text = serde_json::to_string(element).map_err(unwritten)?;
        let before = if std::mem::take(&mut self.first) { "\n" } else { ",\n" };
        write!(self.out, "{before}  {text}").map_err(unwritten)
    }

    fn end(self) -> Result<(), OperatorError> {
        self.out.write_all(if self.first { b"]" } else { b"\n]" }).map_err(unwritten)
    }
}
