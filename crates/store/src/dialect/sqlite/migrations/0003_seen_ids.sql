-- What is good once and was used: assertions by which clients prove themselves. A row is of no use after `until`.
CREATE TABLE seen_ids (
    digest BLOB NOT NULL PRIMARY KEY,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_ids_by_until ON seen_ids (until);
