//! The set-up address of an authenticator app as a QR code, which the app reads with the phone's camera.

use std::fmt::Write;

use qrcode::{Color, QrCode};

/// Modules that stay white on each side (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code as the path of its dark modules, one unit each.
#[derive(Debug)]
pub struct Picture {
    /// Its width and height with what stays white.
    pub side: usize,
    pub path: String,
}

impl Picture {
    /// None for what is too long for one.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::new(text).ok()?;
        let modules = code.to_colors();
        let mut path = String::new();
        for (y, row) in modules.chunks(code.width()).enumerate() {
            let mut x = QUIET;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] == Color::Dark {
                    let (y, long) = (y + QUIET, run.len());
                    write!(path, "M{x} {y}h{long}v1h-{long}z").ok()?;
                }
                x += run.len();
            }
        }
        Some(Self {
            side: code.width() + 2 * QUIET,
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that a path fills.
    fn drawn(picture: &Picture) -> Vec<Vec<bool>> {
        let mut modules = vec![vec![false; picture.side]; picture.side];
        for run in picture.path.split('M').skip(1) {
            let (at, rest) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let (long, _) = rest.split_once('v').unwrap();
            let [x, y, long] = [x, y, long].map(|number| number.parse::<usize>().unwrap());
            modules[y][x..x + long].fill(true);
        }
        modules
    }

    #[test]
    fn what_is_drawn_reads_back() {
        let address =
            "otpauth://totp/Docket:mia%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Docket";
        let picture = Picture::of(address).unwrap();
        let modules = drawn(&picture);
        // As a camera sees it: each module some pixels wide.
        const WIDE: usize = 5;
        let side = picture.side * WIDE;
        let mut seen = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
            if modules[y / WIDE][x / WIDE] { 0 } else { 255 }
        });
        let codes = seen.detect_grids();
        assert_eq!(codes.len(), 1);
        assert_eq!(codes[0].decode().unwrap().1, address);
    }

    #[test]
    fn what_is_too_long_has_none() {
        assert!(Picture::of(&"x".repeat(3_000)).is_none());
    }
}
