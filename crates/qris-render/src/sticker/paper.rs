//! What a card is printed on.

/// The paper of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Paper {
    /// A6, upright: 105 × 148 mm. The default.
    #[default]
    Card,
    /// A5, 148 × 210 mm, folded in the middle into a tent for a table: each side shows the code.
    Tent,
    /// A slip of a receipt printer with paper of 58 mm, of which 48 mm are printed; as long as it gets. Black only.
    Receipt58,
    /// The same with paper of 80 mm, of which 72 mm are printed.
    Receipt80,
}

/// Cards on a sheet of A4, made smaller so that 10 mm at the edges stay free, which printers do not reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sheet {
    /// Two by two, 93 × 131 mm each.
    Four,
    /// Three by three, 61 × 86 mm each.
    Nine,
}

impl Sheet {
    /// How many cards are on one.
    pub const fn cards(self) -> usize {
        self.across() * self.across()
    }

    pub(super) const fn across(self) -> usize {
        match self {
            Sheet::Four => 2,
            Sheet::Nine => 3,
        }
    }
}
