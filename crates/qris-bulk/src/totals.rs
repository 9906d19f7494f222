//! What is counted over many lines.

use qris_core::{ErrorKind, check};

use crate::line::Line;
use crate::verdict::{JudgedBy, Outcome, Verdict, sealed, too_long};

/// Something that is gathered chunk by chunk and put together in the order of the input.
pub trait Tally: Default + Send {
    /// Adds what was gathered from the lines that follow.
    fn merge(&mut self, later: Self);
}

/// Nothing is gathered.
impl Tally for () {
    fn merge(&mut self, (): ()) {}
}

const KINDS: usize = ErrorKind::ALL.len();

/// How many lines there were and what they are.
///
/// ```
/// use qris_bulk::{Tally, Totals, verdicts};
/// let mut totals: Totals = verdicts(b"0002\nhello").collect();
/// totals.add_blank();
/// totals.merge(verdicts(b"9999").collect());
/// assert_eq!((totals.lines(), totals.blank(), totals.good(), totals.bad()), (4, 1, 0, 3));
/// assert!(totals.bad_by_code().eq([("invalid-id", 1), ("format-indicator-not-first", 1), ("overrun", 1)]));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    blank: u64,
    good: u64,
    conformant: u64,
    bad: u64,
    /// In the order of [`ErrorKind::ALL`].
    by_kind: [u64; KINDS],
}

impl Totals {
    /// Counts what [`Verdict::of`] said of a line: `None` is a blank one.
    #[inline]
    pub fn add(&mut self, verdict: Option<&Verdict>) {
        match verdict.map(|verdict| verdict.outcome) {
            None => self.add_blank(),
            Some(Outcome::Good(good)) => self.add_good(good.conformant()),
            Some(bad) => {
                if let Some(kind) = bad.error_kind() {
                    self.add_bad(kind);
                }
            }
        }
    }

    /// Judges a line and counts it. What [`Verdict::of`] and [`Totals::add`] count, but sooner: only findings of
    /// severity error are looked for, and the first one is enough.
    ///
    /// ```
    /// use qris_bulk::{Lines, Totals};
    /// use qris_core::Profile;
    /// let file = b"000201520400005303360540410005802ID5901A6001B26080004ID.A63041858\n\nhello\n";
    /// let mut totals = Totals::default();
    /// Lines::new(file).for_each(|line| totals.count(&line, &Profile::WILD));
    /// assert_eq!((totals.conformant(), totals.blank(), totals.bad()), (1, 1, 1));
    /// ```
    #[inline]
    pub fn count(&mut self, line: &Line<'_>, by: impl Into<JudgedBy>) {
        match line.text() {
            Some([]) => self.add_blank(),
            Some(text) => match sealed(text) {
                Ok(payload) => self.add_good(check::conforms(&payload, &by.into().profile(&payload))),
                Err(error) => self.add_bad(error.kind()),
            },
            None => self.add_bad(too_long(line.len)),
        }
    }

    /// Counts a blank line.
    pub fn add_blank(&mut self) {
        self.blank = self.blank.saturating_add(1);
    }

    /// Counts a payload with a right CRC.
    pub fn add_good(&mut self, conformant: bool) {
        self.good = self.good.saturating_add(1);
        self.conformant = self.conformant.saturating_add(u64::from(conformant));
    }

    /// Counts a line that is no payload.
    pub fn add_bad(&mut self, kind: ErrorKind) {
        self.bad = self.bad.saturating_add(1);
        let same = |known: &ErrorKind| core::mem::discriminant(known) == core::mem::discriminant(&kind);
        let place = ErrorKind::ALL.iter().position(same);
        if let Some(count) = place.and_then(|place| self.by_kind.get_mut(place)) {
            *count = count.saturating_add(1);
        }
    }

    /// All lines, blank ones too.
    pub const fn lines(&self) -> u64 {
        self.blank.saturating_add(self.good).saturating_add(self.bad)
    }

    /// Lines of nothing but white space.
    pub const fn blank(&self) -> u64 {
        self.blank
    }

    /// Payloads with a right CRC.
    pub const fn good(&self) -> u64 {
        self.good
    }

    /// Of the good ones, those without a finding of severity error.
    pub const fn conformant(&self) -> u64 {
        self.conformant
    }

    /// Lines that are no payload.
    pub const fn bad(&self) -> u64 {
        self.bad
    }

    /// The bad lines by [`ErrorKind::code`], those that occurred, in the order of [`ErrorKind::ALL`].
    pub fn bad_by_code(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        let counted = ErrorKind::ALL.iter().zip(&self.by_kind);
        counted.filter(|(_, count)| **count > 0).map(|(kind, count)| (kind.code(), *count))
    }
}

impl Tally for Totals {
    fn merge(&mut self, later: Totals) {
        self.blank = self.blank.saturating_add(later.blank);
        self.good = self.good.saturating_add(later.good);
        self.conformant = self.conformant.saturating_add(later.conformant);
        self.bad = self.bad.saturating_add(later.bad);
        for (count, more) in self.by_kind.iter_mut().zip(later.by_kind) {
            *count = count.saturating_add(more);
        }
    }
}

/// Verdicts say nothing of blank lines, so none are counted.
impl FromIterator<Verdict> for Totals {
    fn from_iter<I: IntoIterator<Item = Verdict>>(verdicts: I) -> Totals {
        let mut totals = Totals::default();
        verdicts.into_iter().for_each(|verdict| totals.add(Some(&verdict)));
        totals
    }
}
