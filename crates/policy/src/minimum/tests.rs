use super::*;

mod edit;
