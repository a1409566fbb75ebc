//! Of many exhibits those that fit, for where nobody is there to choose.

use docket_documents::fit::CannotFit;
use docket_documents::packet::Exhibit;

/// The packet with as many exhibits as fit, tried one by one from the heaviest, and which of them went in.
///
/// # Errors
/// When not even the letter fits.
pub(super) fn fitting<T>(
    places: &[&'static str],
    exhibits: &[Exhibit],
    typeset: impl Fn(&[&'static str], &[Exhibit]) -> Result<T, CannotFit>,
) -> Result<(T, Vec<bool>), CannotFit> {
    let mut made = typeset(&[], &[])?;
    let (mut own_places, mut own, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    for (place, exhibit) in places.iter().zip(exhibits) {
        own_places.push(*place);
        own.push(exhibit.clone());
        match typeset(&own_places, &own) {
            Ok(with) => {
                made = with;
                shown.push(true);
            }
            Err(_) => {
                own_places.pop();
                own.pop();
                shown.push(false);
            }
        }
    }
    Ok((made, shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_not_all_fit_those_that_do_go_in_heaviest_first() {
        let exhibit = |name: &str| Exhibit {
            name: name.to_owned(),
            summary: name.to_owned(),
            content: Vec::new(),
        };
        let exhibits = ["proof", "damaged", "photo", "invoice"].map(exhibit);
        let places = ["place"; 4];
        // Two at most, and never the damaged one.
        let typeset = |places: &[&'static str], exhibits: &[Exhibit]| {
            assert_eq!(places.len(), exhibits.len());
            let names: Vec<String> = exhibits.iter().map(|exhibit| exhibit.name.clone()).collect();
            let fits = names.len() < 3 && !names.iter().any(|name| name == "damaged");
            fits.then_some(names).ok_or(CannotFit::NoFiles)
        };
        let (made, shown) = fitting(&places, &exhibits, typeset).unwrap();
        assert_eq!(made, ["proof", "photo"]);
        assert_eq!(shown, [true, false, true, false]);
        let never = |_: &[&'static str], _: &[Exhibit]| Err::<(), _>(CannotFit::NoFiles);
        assert!(fitting(&places, &exhibits, never).is_err(), "not even the letter");
    }
}
