//! Packs the table of operations. As text it is nearly half a megabyte, a fifth of all constants of the program.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

const TABLE: &str = "data/operations.tsv";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={TABLE}");
    let packed = lz4_flex::block::compress_prepend_size(&fs::read(TABLE)?);
    let out = env::var_os("OUT_DIR").ok_or("cargo names no folder to write to")?;
    fs::write(PathBuf::from(out).join("operations.lz4"), packed)?;
    Ok(())
}
