//! Makes `data/operations.tsv` anew: `cargo run -p catalogue --example table -- OUT LIST.tsv OPENAPI.json...`

use std::error::Error;
use std::fs;

use catalogue::import;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(out), Some(list)) = (arguments.next(), arguments.next()) else {
        return Err("usage: table OUT LIST.tsv OPENAPI.json...".into());
    };
    let mut entries = import::from_table(import::UNDOCUMENTED)?;
    for document in arguments {
        let document = serde_json::from_slice(&fs::read(document)?)?;
        entries = import::merge(entries, import::from_openapi(&document)?);
    }
    // The list has the last word: it was gathered from the documents and corrected by hand.
    let entries = import::merge(entries, import::from_tsv(&fs::read_to_string(list)?)?);
    fs::write(out, import::render(entries)?)?;
    Ok(())
}
