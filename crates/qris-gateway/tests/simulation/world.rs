//! The world of one run: clients, gateways, clocks, and what goes wrong.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use qris_gateway::db::local::{Commit, Local};
use qris_gateway::db::{DbError, Tx};
use qris_gateway::model::outbox::{self, Delivery, Lease};
use qris_gateway::model::{
    Attempt, Minor, Notification, Refund, State, Tip, Transaction, ledger, partner, reference, transaction,
};
use qris_gateway::notify;
use qris_gateway::payment::{Declined, Error, Offer, Payments, settled};
use qris_snap::Service;

use crate::check::{self, Days};
use crate::people::{a_partner, a_transaction};
use crate::receiver::{Reaction, Receiver};

const STEPS: usize = 120;
const PARTNERS: [&str; 2] = ["CLIENT-0", "CLIENT-1"];
/// Milliseconds a lease lasts.
const LEASE: i64 = 30_000;

/// What a client was told.
#[derive(Debug, Default)]
pub(crate) struct Acknowledged {
    pub(crate) made: bool,
    /// The state that ended its waiting.
    pub(crate) ended: Option<State>,
    /// Refund numbers and amounts.
    pub(crate) refunds: BTreeMap<String, i64>,
}

/// A transaction as its client knows it.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) number: String,
    pub(crate) acknowledged: Acknowledged,
    /// As somebody read it at some time: a step may begin with an old copy.
    copy: Transaction,
    /// Refunds that were asked for: they are asked for again under their numbers.
    asked: Vec<(String, i64)>,
}

/// A try under way.
#[derive(Debug)]
struct Flying {
    row: Notification,
    until_ms: i64,
}

#[derive(Debug, Default)]
struct Gateway {
    /// How far its clock is from the true one.
    skew_ms: i64,
    /// How often it was started.
    life: u32,
    flying: Vec<Flying>,
}

pub(crate) struct World<'a> {
    local: &'a mut Local,
    rng: fastrand::Rng,
    gateways: [Gateway; 2],
    made: Vec<Made>,
    receiver: Receiver,
    days: Days,
    story: String,
    numbers: u32,
    /// Whether anything goes wrong: not at the end, when all must come right.
    troubled: bool,
    /// The transactions of this step: nothing of the others has changed.
    touched: Vec<usize>,
    /// What the storage said was wrong.
    broken: Option<String>,
}

/// What one unit of work came to, for its client.
enum Answer<T> {
    Told(T),
    /// No answer came: it may be done or not.
    Unknown,
}

impl<'a> World<'a> {
    pub(crate) fn new(local: &'a mut Local, seed: u64) -> World<'a> {
        let mut rng = fastrand::Rng::with_seed(seed);
        // The last ten minutes of a day in Jakarta: the end of a day is where reports go wrong.
        local.now_ms = (20_800 * 86_400 - 7 * 3600 - rng.i64(0..600)) * 1000;
        let world = World {
            local,
            rng,
            gateways: Default::default(),
            made: Vec::new(),
            receiver: Receiver::default(),
            days: Days::new(),
            story: String::new(),
            numbers: 0,
            troubled: true,
            touched: Vec::new(),
            broken: None,
        };
        for client_id in PARTNERS {
            world.local.unit(Commit::Heard, |tx| partner::add(tx, &a_partner(client_id))).unwrap();
        }
        world
    }

    /// The steps so far, a line each.
    pub(crate) fn story(&self) -> String {
        self.story.clone()
    }

    /// Runs the steps, then lets all come right.
    ///
    /// # Errors
    /// The rule that was broken.
    pub(crate) fn run(&mut self) -> Result<(), String> {
        for _ in 0..STEPS {
            self.step()?;
            self.check()?;
        }
        self.touched = (0..self.made.len()).collect();
        self.troubled = false;
        self.settle()
    }

    fn check(&mut self) -> Result<(), String> {
        if let Some(broken) = self.broken.take() {
            return Err(broken);
        }
        for at in std::mem::take(&mut self.touched) {
            check::transaction(self.local, &self.made[at])?;
        }
        check::days(self.local, &mut self.days)
    }

    fn step(&mut self) -> Result<(), String> {
        let pause = match self.rng.u8(0..100) {
            0..=1 => self.rng.i64(0..6 * 3600 * 1000),
            2..=7 => self.rng.i64(0..600_000),
            _ => self.rng.i64(0..5_000),
        };
        self.local.now_ms += pause;
        let gateway = self.rng.usize(0..2);
        match self.rng.u8(0..100) {
            0..=14 => self.generate(gateway),
            15..=34 => self.pay(gateway),
            35..=40 => self.close(gateway, true),
            41..=43 => self.close(gateway, false),
            44..=58 => self.refund(gateway),
            59..=63 => self.sweep(gateway),
            64..=70 => self.close_days(gateway),
            71..=80 => self.lease(gateway)?,
            81..=93 => self.arrive(gateway)?,
            94 => {
                // Its tries die with it; their leases run out.
                self.say(format!("gateway {gateway} stops and starts"));
                self.gateways[gateway].flying.clear();
                self.gateways[gateway].life += 1;
            }
            _ => {
                let skew = if self.rng.bool() { 900_000 } else { 3_000 };
                self.gateways[gateway].skew_ms = self.rng.i64(-skew..=skew);
                self.say(format!("the clock of gateway {gateway} jumps"));
            }
        }
        Ok(())
    }

    fn say(&mut self, text: String) {
        let _ = writeln!(self.story, "{} {text}", self.local.now_ms);
    }

    fn now_ms(&self, gateway: usize) -> i64 {
        self.local.now_ms + self.gateways[gateway].skew_ms
    }

    fn unit<T>(&mut self, what: &str, unit: impl FnOnce(&mut dyn Tx) -> Result<T, DbError>) -> Answer<T> {
        let commit = match self.rng.u8(0..100) {
            0..=7 if self.troubled => Commit::Failed,
            8..=15 if self.troubled => Commit::Lost,
            _ => Commit::Heard,
        };
        self.say(format!("{what}: {commit:?}"));
        match self.local.unit(commit, unit) {
            Ok(done) => Answer::Told(done),
            Err(DbError::Gone(_)) => Answer::Unknown,
            Err(error) => {
                self.broken = Some(format!("{what}: {error}"));
                Answer::Unknown
            }
        }
    }

    fn next_number(&mut self, letter: char) -> String {
        self.numbers += 1;
        format!("{letter}{:023}", self.numbers)
    }

    fn pick(&mut self) -> Option<usize> {
        let picked = (!self.made.is_empty()).then(|| self.rng.usize(0..self.made.len()));
        self.touched.extend(picked);
        picked
    }

    fn generate(&mut self, gateway: usize) {
        if self.made.len() >= 8 {
            return;
        }
        let number = self.next_number('T');
        let client_id = PARTNERS[self.rng.usize(0..PARTNERS.len())];
        let now = self.now_ms(gateway).div_euclid(1000);
        let expires_at = now + self.rng.i64(1..1200);
        let tip = match self.rng.u8(0..3) {
            0 => Tip::None,
            1 => Tip::Fixed(Minor::new(500)),
            _ => Tip::Prompt,
        };
        let amount = Minor::new(self.rng.i64(1..1_000) * 100);
        let new = a_transaction(&number, client_id, amount, tip, now, expires_at);
        let copy = new.clone();
        let told = self.unit(&format!("generate {number}"), move |tx| transaction::add(tx, &new));
        let acknowledged = Acknowledged { made: matches!(told, Answer::Told(())), ..Acknowledged::default() };
        self.touched.push(self.made.len());
        self.made.push(Made { number, acknowledged, copy, asked: Vec::new() });
    }

    /// A step of a transaction, from what is stored now or from an old copy of it.
    fn step_of(
        &mut self,
        gateway: usize,
        at: usize,
        what: &str,
        step: impl FnOnce(&mut Payments<'_>, &Transaction) -> Result<Transaction, Error>,
    ) -> Answer<Option<Result<Transaction, Declined>>> {
        let (number, old) = (self.made[at].number.clone(), self.made[at].copy.clone());
        let stale = self.rng.bool();
        let now_ms = self.now_ms(gateway);
        self.unit(&format!("{what} {number} at gateway {gateway}, stale {stale}"), move |tx| {
            let Some(fresh) = transaction::by_reference(tx, &number)? else { return Ok(None) };
            let before = if stale { old } else { fresh };
            settled(step(&mut Payments::new(tx, now_ms, notify::announce), &before)).map(Some)
        })
    }

    fn pay(&mut self, gateway: usize) {
        let Some(at) = self.pick() else { return };
        let amount = (self.rng.u8(0..10) == 0).then(|| Minor::new(self.rng.i64(-5..5)));
        let offer = Offer {
            amount,
            tip: None,
            payer: "payer".to_owned(),
            rrn: Some("000000000001".to_owned()),
            key: None,
            account: None,
        };
        let told = self.step_of(gateway, at, "pay", move |payments, before| payments.pay(before, &offer));
        self.ended(at, told, State::Paid);
    }

    fn close(&mut self, gateway: usize, by_merchant: bool) {
        let Some(at) = self.pick() else { return };
        if by_merchant {
            let told =
                self.step_of(gateway, at, "cancel", |payments, before| payments.cancel(before, "test"));
            self.ended(at, told, State::Cancelled);
        } else {
            let told = self.step_of(gateway, at, "fail", |payments, before| payments.fail(before, "test"));
            self.ended(at, told, State::Failed);
        }
    }

    fn ended(&mut self, at: usize, told: Answer<Option<Result<Transaction, Declined>>>, state: State) {
        if let Answer::Told(Some(Ok(after))) = told {
            self.made[at].acknowledged.ended = Some(state);
            self.made[at].copy = after;
        }
    }

    fn refund(&mut self, gateway: usize) {
        let Some(at) = self.pick() else { return };
        let again = !self.made[at].asked.is_empty() && self.rng.bool();
        let (refund, amount) = if again {
            let asked = &self.made[at].asked;
            asked[self.rng.usize(0..asked.len())].clone()
        } else {
            (self.next_number('P'), self.rng.i64(1..60_000))
        };
        if !again {
            self.made[at].asked.push((refund.clone(), amount));
        }
        let new = Refund {
            refund_no: self.next_number('R'),
            reference_no: self.made[at].number.clone(),
            client_id: self.made[at].copy.client_id.clone(),
            partner_refund_no: Some(refund.clone()),
            amount: Minor::new(amount),
            reason: None,
            created_at: self.now_ms(gateway).div_euclid(1000),
        };
        let now_ms = self.now_ms(gateway);
        let told = self.unit(&format!("refund {refund} of {amount} of {}", new.reference_no), move |tx| {
            let Some(found) = transaction::by_reference(tx, &new.reference_no)? else { return Ok(false) };
            let number = new.partner_refund_no.as_deref().unwrap_or_default();
            if !reference::take(tx, &new.client_id, Service::Refund, number, &new.refund_no)? {
                return Ok(false);
            }
            let done = settled(Payments::new(tx, now_ms, notify::announce).refund(&found, &new))?.is_ok();
            if !done {
                reference::release(tx, &new.client_id, Service::Refund, number)?;
            }
            Ok(done)
        });
        if let Answer::Told(true) = told {
            self.made[at].acknowledged.refunds.insert(refund, amount);
        }
    }

    fn sweep(&mut self, gateway: usize) {
        let now_ms = self.now_ms(gateway);
        let due = self.local.unit(Commit::Heard, |tx| transaction::run_out(tx, now_ms.div_euclid(1000), 5));
        for number in due.unwrap() {
            self.touched.extend(self.made.iter().position(|made| made.number == number));
            let what = format!("expire {number}");
            self.unit(&what, move |tx| Payments::new(tx, now_ms, notify::announce).expire(&number));
        }
    }

    fn close_days(&mut self, gateway: usize) {
        let now = self.now_ms(gateway).div_euclid(1000);
        self.unit("close the day", move |tx| ledger::close_days(tx, now));
    }

    fn owner(&self, gateway: usize) -> String {
        format!("gateway-{gateway}-{}", self.gateways[gateway].life)
    }

    fn lease(&mut self, gateway: usize) -> Result<(), String> {
        let (owner, due_ms) = (self.owner(gateway), self.now_ms(gateway));
        let leased = self.unit(&format!("lease for {owner}"), move |tx| {
            let lease = Lease { owner: &owner, due_ms, length_ms: LEASE };
            outbox::lease(tx, lease, |partners| partners.into_iter().map(|partner| (partner, 2)).collect())
        });
        let Answer::Told(rows) = leased else { return Ok(()) };
        let now_ms = self.local.now_ms;
        for row in rows {
            let others = self.gateways.iter().flat_map(|gateway| &gateway.flying);
            if others.into_iter().any(|flying| flying.row.id == row.id && flying.until_ms > now_ms) {
                return Err(format!("{} of {} is with two senders at once", row.seq, row.reference_no));
            }
            self.gateways[gateway].flying.push(Flying { row, until_ms: now_ms + LEASE });
        }
        Ok(())
    }

    /// A try ends: whatever the receiver did, it is written down, in time or not.
    fn arrive(&mut self, gateway: usize) -> Result<(), String> {
        let flying = &mut self.gateways[gateway].flying;
        if flying.is_empty() {
            return Ok(());
        }
        let at = self.rng.usize(0..flying.len());
        let Flying { row, until_ms } = flying.remove(at);
        let reaction = match self.rng.u8(0..10) {
            _ if !self.troubled => Reaction::Accepts,
            0..=4 => Reaction::Accepts,
            5..=6 => Reaction::AcceptsUnheard,
            7..=8 => Reaction::Refuses,
            _ => Reaction::Hangs,
        };
        // A try ends inside its lease, or it is not made: what comes later is its report.
        if self.local.now_ms < until_ms {
            self.receiver.arrives(&row, reaction)?;
        }
        let delivered = reaction == Reaction::Accepts && self.local.now_ms < until_ms;
        let now_ms = self.now_ms(gateway);
        let attempt = Attempt {
            state: if delivered { Delivery::Delivered } else { Delivery::Pending },
            due_ms: now_ms + if self.troubled { self.rng.i64(0..20_000) } else { 0 },
            url: String::new(),
            headers: "{}".to_owned(),
            string_to_sign: String::new(),
            answer_status: None,
            answer: String::new(),
            at: now_ms.div_euclid(1000),
        };
        let (owner, what) =
            (self.owner(gateway), format!("{reaction:?} {} of {}", row.seq, row.reference_no));
        self.unit(&what, move |tx| outbox::attempted(tx, &row.id, &owner, row.fence, &attempt));
        Ok(())
    }

    /// Without any more trouble every event is delivered, and every rule still holds.
    fn settle(&mut self) -> Result<(), String> {
        self.gateways.iter_mut().for_each(|gateway| gateway.skew_ms = 0);
        for _ in 0..60 {
            self.local.now_ms += 60_000;
            for gateway in 0..2 {
                self.sweep(gateway);
                self.lease(gateway)?;
                while !self.gateways[gateway].flying.is_empty() {
                    self.arrive(gateway)?;
                }
            }
        }
        self.touched = (0..self.made.len()).collect();
        self.check()?;
        for made in &self.made {
            let number = made.number.clone();
            let rows = self.local.unit(Commit::Heard, move |tx| outbox::of_transaction(tx, &number)).unwrap();
            let delivered = rows.iter().filter(|row| row.state == Delivery::Delivered).count();
            let taken = self.receiver.taken(&made.number);
            if delivered != rows.len() || taken != rows.len() {
                let (all, number) = (rows.len(), &made.number);
                return Err(format!(
                    "{number}: of {all} events {delivered} are delivered, {taken} were taken"
                ));
            }
        }
        Ok(())
    }
}
