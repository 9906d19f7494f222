//! The frame of a PDF that is written object by object. `pdf-writer` writes objects and would keep the whole file in memory;
//! header, cross-reference table and trailer are all that is left (ISO 32000-1, 7.5).

use std::io::{self, Write};

use pdf_writer::{Chunk, Ref};

pub(super) struct File<W: Write> {
    out: W,
    at: u64,
    /// Where each object begins, in the order of their numbers from 1; 0 for those that are not written yet.
    begins: Vec<u64>,
}

impl<W: Write> File<W> {
    pub(super) fn begin(out: W) -> io::Result<File<W>> {
        let mut file = File { out, at: 0, begins: Vec::new() };
        // The second line says that the file is not text.
        file.put(b"%PDF-1.7\n%\x80\x80\x80\x80\n")?;
        Ok(file)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// The number of an object that will be written.
    pub(super) fn reserve(&mut self) -> Ref {
        self.begins.push(0);
        Ref::new(i32::try_from(self.begins.len()).unwrap_or(i32::MAX))
    }

    /// Writes the one object in a chunk.
    pub(super) fn write(&mut self, id: Ref, chunk: &Chunk) -> io::Result<()> {
        debug_assert!(chunk.refs().eq([id]));
        if let Some(begin) = self.begins.get_mut(id.get() as usize - 1) {
            *begin = self.at;
        }
        self.put(chunk.as_bytes())
    }

    /// Writes where everything is.
    pub(super) fn end(mut self, catalog: Ref, info: Ref) -> io::Result<W> {
        let (at, begins) = (self.at, std::mem::take(&mut self.begins));
        self.put(format!("xref\n0 {}\n0000000000 65535 f\r\n", begins.len() + 1).as_bytes())?;
        for begin in &begins {
            if *begin > 9_999_999_999 {
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a PDF has at most ten gigabytes"));
            }
            let entry = match begin {
                0 => "0000000000 00000 f\r\n".to_owned(),
                begin => format!("{begin:010} 00000 n\r\n"),
            };
            self.put(entry.as_bytes())?;
        }
        let (size, catalog, info) = (begins.len() + 1, catalog.get(), info.get());
        let trailer =
            format!("trailer\n<</Size {size}/Root {catalog} 0 R/Info {info} 0 R>>\nstartxref\n{at}\n%%EOF\n");
        self.put(trailer.as_bytes())?;
        self.out.flush()?;
        Ok(self.out)
    }
}
