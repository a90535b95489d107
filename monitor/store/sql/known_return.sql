-- The codes of the returns as a type, so that a code takes a byte in each row of a long log and not its letters.
CREATE OR REPLACE TEMP TYPE known_return AS ENUM (SELECT unnest(CAST($return_codes AS VARCHAR[])));
