//! What a reader made of photos.

/// How many codes were read, and how long it took.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Count {
    /// Codes in the pictures.
    pub codes: usize,
    /// Codes that were read.
    pub read: usize,
    /// Texts that stand in no code of the picture.
    pub wrong: usize,
    /// Milliseconds for each picture.
    pub times: Vec<f64>,
}

impl Count {
    /// Counts what was found in one picture; whether all of it was.
    pub fn add(&mut self, payloads: &[String], found: &[&[u8]], time: std::time::Duration) -> bool {
        let read = payloads.iter().filter(|payload| found.contains(&payload.as_bytes())).count();
        let known = |text: &&&[u8]| payloads.iter().any(|payload| payload.as_bytes() == **text);
        self.codes += payloads.len();
        self.read += read;
        self.wrong += found.iter().filter(|text| !known(text)).count();
        self.times.push(time.as_secs_f64() * 1e3);
        read == payloads.len()
    }

    /// The same of several kinds together.
    pub fn merge(&mut self, other: &Count) {
        self.codes += other.codes;
        self.read += other.read;
        self.wrong += other.wrong;
        self.times.extend(&other.times);
    }

    /// Milliseconds a picture on average.
    pub fn mean(&self) -> f64 {
        self.times.iter().sum::<f64>() / self.times.len().max(1) as f64
    }

    /// Milliseconds that 95 of 100 pictures do not exceed.
    pub fn most(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        times.get(times.len() * 95 / 100).copied().unwrap_or_default()
    }

    /// Kind, pictures, codes, read, wrong, mean and 95th percentile in milliseconds, as readers print them.
    pub fn row(&self, reader: &str, kind: &str) -> String {
        let Count { codes, read, wrong, times } = self;
        let pictures = times.len();
        format!(
            "{reader}\t{kind}\t{pictures}\t{codes}\t{read}\t{wrong}\t{:.1}\t{:.0}",
            self.mean(),
            self.most()
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Count;

    #[test]
    fn what_is_read_and_what_is_wrong_is_counted() {
        let mut count = Count::default();
        let two = ["a".to_owned(), "b".to_owned()];
        assert!(count.add(&two, &[b"b", b"a"], Duration::from_millis(4)));
        assert!(!count.add(&two, &[b"b", b"c"], Duration::from_millis(8)));
        assert_eq!((count.codes, count.read, count.wrong), (4, 3, 1));
        assert_eq!(count.row("us", "all"), "us\tall\t2\t4\t3\t1\t6.0\t8");
    }
}
