//! What a search may cost. Counted, not timed, so that the same picture always gives the same answer.

use crate::picture::PictureError;

/// What is left, in steps of about a nanosecond.
pub(crate) struct Work {
    left: u64,
}

impl Work {
    pub(crate) const fn new(left: u64) -> Work {
        Work { left }
    }

    /// Steps that may still be spent.
    pub(super) const fn left(&self) -> u64 {
        self.left
    }

    /// Takes so many steps of so much each.
    pub(super) fn spend(&mut self, steps: usize, each: u64) -> Result<(), PictureError> {
        let cost = (steps as u64).saturating_mul(each);
        self.left = self.left.checked_sub(cost).ok_or(PictureError::TooMuchWork)?;
        Ok(())
    }
}
