//! Logos in a PDF: each once, however many cards show it.

use std::io::{self, Write};
use std::sync::Arc;

use image::RgbaImage;
use pdf_writer::{Filter, Ref};

use super::file::File;
use super::{chunk, packed};

#[derive(Default)]
pub(super) struct Pictures {
    // Kept, so that no other picture has the same address.
    known: Vec<(Arc<RgbaImage>, Ref)>,
}

impl Pictures {
    /// The name of a picture and its object, which is written when it is new.
    pub(super) fn of<W: Write>(
        &mut self,
        file: &mut File<W>,
        picture: &Arc<RgbaImage>,
    ) -> io::Result<(String, Ref)> {
        let known = self.known.iter().position(|(known, _)| Arc::ptr_eq(known, picture));
        let index = match known {
            Some(index) => index,
            None => {
                let id = write(file, picture)?;
                self.known.push((picture.clone(), id));
                self.known.len() - 1
            }
        };
        let id = self.known.get(index).map_or(Ref::new(1), |known| known.1);
        Ok((format!("P{index}"), id))
    }
}

fn write<W: Write>(file: &mut File<W>, picture: &RgbaImage) -> io::Result<Ref> {
    let (width, height) = (picture.width() as i32, picture.height() as i32);
    let id = file.reserve();
    let is_opaque = picture.pixels().all(|pixel| pixel.0[3] == 255);
    let mask = (!is_opaque).then(|| file.reserve());
    let mut pixels = Vec::with_capacity(picture.len());
    let mut alpha = Vec::new();
    for pixel in picture.pixels() {
        let [red, green, blue, opacity] = pixel.0;
        pixels.extend_from_slice(&[red, green, blue]);
        alpha.push(opacity);
    }
    let mut object = chunk();
    let bytes = packed(&pixels);
    let mut image = object.image_xobject(id, &bytes);
    image.filter(Filter::FlateDecode);
    image.width(width).height(height).bits_per_component(8);
    image.color_space().device_rgb();
    if let Some(mask) = mask {
        image.s_mask(mask);
    }
    drop(image);
    file.write(id, &object)?;
    if let Some(mask) = mask {
        let mut object = chunk();
        let bytes = packed(&alpha);
        let mut image = object.image_xobject(mask, &bytes);
        image.filter(Filter::FlateDecode);
        image.width(width).height(height).bits_per_component(8);
        image.color_space().device_gray();
        drop(image);
        file.write(mask, &object)?;
    }
    Ok(id)
}
