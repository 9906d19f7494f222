//! The one way a row is found by the code its table is sorted by.

/// The row whose `key` equals `wanted`, by binary search; `table` must be sorted by `key`, each key once.
pub(crate) fn find<T>(
    table: &'static [T],
    wanted: &str,
    key: impl Fn(&T) -> &'static str,
) -> Option<&'static T> {
    let place = table.binary_search_by(|row| key(row).cmp(wanted)).ok()?;
    table.get(place)
}
