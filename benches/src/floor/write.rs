//! A writer for exactly this payload: straight through a buffer that is large enough, template lengths put in
//! afterwards, the CRC taken once.

use super::checksum;
use crate::cases::{Fee, Values};

static DIGITS: [[u8; 2]; 100] = digits();

const fn digits() -> [[u8; 2]; 100] {
    let mut digits = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        digits[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    digits
}

pub(super) struct Out<'b> {
    pub(super) buffer: &'b mut [u8; 512],
    pub(super) len: usize,
}

impl Out<'_> {
    #[inline(always)]
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        self.buffer[self.len..end].copy_from_slice(bytes);
        self.len = end;
    }

    #[inline(always)]
    pub(super) fn object(&mut self, id: &[u8; 2], value: &[u8]) {
        let [a, b] = *id;
        let [c, d] = DIGITS[value.len()];
        self.bytes(&[a, b, c, d]);
        self.bytes(value);
    }

    #[inline(always)]
    fn template(&mut self, id: [u8; 2], inside: impl FnOnce(&mut Self)) {
        let start = self.len + 4;
        self.bytes(&[id[0], id[1], b'0', b'0']);
        inside(self);
        let length = DIGITS[self.len - start];
        self.buffer[start - 2..start].copy_from_slice(&length);
    }

    #[inline(always)]
    pub(super) fn seal(&mut self) {
        self.bytes(b"6304");
        let crc = checksum(&self.buffer[..self.len]);
        let hex = b"0123456789ABCDEF";
        let digits = [12, 8, 4, 0].map(|shift| hex[usize::from(crc >> shift & 0xF)]);
        self.bytes(&digits);
    }
}

/// Writes a payload with these values. It panics on values too long: nothing is checked that the values of the
/// cases do not need.
#[inline]
pub fn build<'b>(values: &Values, buffer: &'b mut [u8; 512]) -> &'b [u8] {
    let mut out = Out { buffer, len: 0 };
    out.bytes(if values.amount.is_some() { b"000201010212" } else { b"000201010211" });
    for (place, account) in values.accounts.iter().enumerate() {
        out.template(DIGITS[26 + place], |out| {
            out.object(b"00", account.guid.as_bytes());
            out.object(b"01", account.pan.as_bytes());
            out.object(b"02", account.merchant_id.as_bytes());
            out.object(b"03", account.criteria.as_bytes());
        });
    }
    if let Some((nmid, criteria)) = &values.national {
        out.template(*b"51", |out| {
            out.bytes(b"0014ID.CO.QRIS.WWW");
            out.object(b"02", nmid.as_bytes());
            out.object(b"03", criteria.as_bytes());
        });
    }
    out.object(b"52", values.mcc.as_bytes());
    out.bytes(b"5303360");
    if let Some(amount) = &values.amount {
        out.object(b"54", amount.as_bytes());
    }
    match &values.fee {
        None => {}
        Some(Fee::Prompt) => out.bytes(b"550201"),
        Some(Fee::Fixed(fee)) => {
            out.bytes(b"550202");
            out.object(b"56", fee.as_bytes());
        }
        Some(Fee::Percentage(share)) => {
            out.bytes(b"550203");
            out.object(b"57", share.as_bytes());
        }
    }
    out.bytes(b"5802ID");
    out.object(b"59", values.name.as_bytes());
    out.object(b"60", values.city.as_bytes());
    if let Some(code) = &values.postal_code {
        out.object(b"61", code.as_bytes());
    }
    if values.bill.is_some() || values.reference.is_some() || values.terminal.is_some() {
        out.template(*b"62", |out| {
            for (id, label) in [(b"01", &values.bill), (b"05", &values.reference), (b"07", &values.terminal)]
            {
                if let Some(label) = label {
                    out.object(id, label.as_bytes());
                }
            }
        });
    }
    out.seal();
    let Out { buffer, len } = out;
    &buffer[..len]
}
