//! Bodies at rest: LZ4 where that makes them smaller, which it does for nearly every JSON. What an import writes to the
//! disk is mostly bodies, so this is time as well as space; on PostgreSQL it also keeps most of them in the row itself.

use std::borrow::Cow;

use crate::{Error, Result};

/// No body is larger: what reads them from the network stops there.
const LARGEST: usize = 32 * 1024 * 1024;

/// A body as it is stored.
pub(crate) struct Packed<'a> {
    /// How: the column `packing`.
    pub packing: &'static str,
    /// The stored bytes.
    pub bytes: Cow<'a, [u8]>,
}

/// Packs a body.
pub(crate) fn pack(body: &[u8]) -> Packed<'_> {
    let packed = lz4_flex::block::compress_prepend_size(body);
    if packed.len() < body.len() {
        Packed {
            packing: "lz4",
            bytes: Cow::Owned(packed),
        }
    } else {
        Packed {
            packing: "none",
            bytes: Cow::Borrowed(body),
        }
    }
}

/// The body again, byte for byte.
pub(crate) fn unpack(table: &'static str, (packing, bytes): (String, Vec<u8>)) -> Result<Vec<u8>> {
    match packing.as_str() {
        "none" => Ok(bytes),
        "lz4" => {
            let (size, packed) =
                lz4_flex::block::uncompressed_size(&bytes).map_err(|e| Error::damaged(table, e))?;
            if size > LARGEST {
                return Err(Error::damaged(table, "a body larger than any that is read"));
            }
            lz4_flex::block::decompress(packed, size).map_err(|e| Error::damaged(table, e))
        }
        other => Err(Error::damaged(
            table,
            format!("a body is packed as `{other}`, which this version does not know"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_back_byte_for_byte() {
        let json =
            r#"{"dispute_id":"PP-1","links":[{"rel":"self"},{"rel":"self"},{"rel":"self"}]}"#.repeat(9);
        // Numbers without any pattern do not get smaller.
        let noise: Vec<u8> = (0_u32..200)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        for (body, packing) in [
            (json.as_bytes(), "lz4"),
            (noise.as_slice(), "none"),
            (b"".as_slice(), "none"),
        ] {
            let packed = pack(body);
            assert_eq!(packed.packing, packing);
            let stored = (packed.packing.to_owned(), packed.bytes.into_owned());
            assert_eq!(unpack("snapshots", stored).unwrap(), body);
        }
    }

    #[test]
    fn damaged_bodies_are_named_and_never_grow_without_bound() {
        let packed = pack(&[b'a'; 1000]).bytes.into_owned();
        let lie = [&u32::MAX.to_le_bytes()[..], &packed[4..]].concat();
        let wrong = [
            ("lz4", packed[..packed.len() - 1].to_vec()),
            ("lz4", lie),
            ("lz4", vec![1]),
            ("zip", packed),
        ];
        for (packing, bytes) in wrong {
            assert!(matches!(
                unpack("snapshots", (packing.to_owned(), bytes)),
                Err(Error::Damaged { .. })
            ));
        }
    }
}
