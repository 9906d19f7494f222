//! The two colours of a picture, and whether a camera can tell them apart.

use std::fmt;
use std::str::FromStr;

/// An sRGB colour without transparency. Reads and prints as `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

impl Rgb {
    /// Black, `#000000`.
    pub const BLACK: Rgb = Rgb::new(0, 0, 0);
    /// White, `#ffffff`.
    pub const WHITE: Rgb = Rgb::new(255, 255, 255);

    /// A colour from its three parts.
    pub const fn new(red: u8, green: u8, blue: u8) -> Rgb {
        Rgb { red, green, blue }
    }

    /// Reflected light in per cent of white. The weights are sRGB's; its transfer curve is close to a square.
    fn reflectance(self) -> u32 {
        let square = |part: u8| u32::from(part) * u32::from(part);
        (2126 * square(self.red) + 7152 * square(self.green) + 722 * square(self.blue)) / (100 * 255 * 255)
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// Text that is not a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written #rrggbb, with six hexadecimal digits")]
pub struct NotAColor;

impl FromStr for Rgb {
    type Err = NotAColor;

    fn from_str(text: &str) -> Result<Rgb, NotAColor> {
        let digits =
            text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.bytes().all(|c| c.is_ascii_hexdigit()));
        let [_, red, green, blue] =
            digits.and_then(|hex| u32::from_str_radix(hex, 16).ok()).ok_or(NotAColor)?.to_be_bytes();
        Ok(Rgb { red, green, blue })
    }
}

/// The colours of the modules: dark on light, with enough contrast for a reader.
///
/// ```
/// use qris_render::{Colors, Rgb};
///
/// let navy = Colors::new("#0b2a5b".parse()?, Rgb::WHITE)?;
/// assert_eq!(navy.dark().to_string(), "#0b2a5b");
/// assert!(Colors::new(Rgb::WHITE, Rgb::BLACK).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colors {
    dark: Rgb,
    light: Rgb,
}

/// Two colours that make no readable symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{dark} on {light} has a contrast of {contrast} %, a reader wants {min} %: dark modules on a light ground",
    min = Colors::MIN_CONTRAST
)]
#[non_exhaustive]
pub struct LowContrast {
    /// The colour of the dark modules.
    pub dark: Rgb,
    /// The colour of the ground.
    pub light: Rgb,
    /// How much more light the ground reflects, in per cent of white; 0 when it reflects less.
    pub contrast: u32,
}

impl Colors {
    /// Black on white.
    pub const BLACK_ON_WHITE: Colors = Colors { dark: Rgb::BLACK, light: Rgb::WHITE };

    /// The least symbol contrast: grade B of ISO/IEC 15415.
    pub const MIN_CONTRAST: u32 = 55;

    /// Colours for dark and for light modules.
    ///
    /// # Errors
    /// When the dark colour is not darker than the light one by [`Colors::MIN_CONTRAST`] per cent.
    pub fn new(dark: Rgb, light: Rgb) -> Result<Colors, LowContrast> {
        let contrast = light.reflectance().saturating_sub(dark.reflectance());
        if contrast < Colors::MIN_CONTRAST {
            return Err(LowContrast { dark, light, contrast });
        }
        Ok(Colors { dark, light })
    }

    /// The colour of the dark modules.
    pub fn dark(self) -> Rgb {
        self.dark
    }

    /// The colour of the light modules and of the quiet zone.
    pub fn light(self) -> Rgb {
        self.light
    }
}

impl Default for Colors {
    fn default() -> Self {
        Colors::BLACK_ON_WHITE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_read_as_they_print() {
        for text in ["#000000", "#ffffff", "#0b2a5b"] {
            assert_eq!(text.parse::<Rgb>().unwrap().to_string(), text);
        }
        for bad in ["", "#", "000000", "#00000", "#0000000", "#+12345", "#00000g", "red\"/><script>", "#ééé"]
        {
            assert_eq!(bad.parse::<Rgb>(), Err(NotAColor), "{bad}");
        }
    }

    #[test]
    fn contrast_decides() {
        assert!(Colors::new(Rgb::new(0, 0, 128), Rgb::new(255, 255, 0)).is_ok());
        assert_eq!(Colors::new(Rgb::WHITE, Rgb::BLACK).unwrap_err().contrast, 0);
        assert!(Colors::new(Rgb::new(200, 200, 200), Rgb::WHITE).is_err());
        assert!(Colors::new(Rgb::BLACK, Rgb::new(120, 120, 120)).is_err());
    }
}
