-- What questions need, those of the published copy too, which keeps no macros: older clients could not open it. Few and
-- short, because there they are made at each opening.

-- Supplier names are compared without case, spaces and legal suffixes; several stand separated by ";" or ",".
CREATE OR REPLACE MACRO supplier_key(supplier) AS
    regexp_replace(
        regexp_replace(lower(trim(supplier)), '([\s.,]+(limited|ltd|plc|llp|inc|llc)\.?)+\s*$', ''),
        '[\s.]+', '', 'g'
    );

-- Words that stand where a supplier's name would, and name none: N/A, none, unknown, TBC, -, ?, no data.
CREATE OR REPLACE MACRO names_no_supplier(supplier) AS
    regexp_replace(lower(supplier), '[^\pL\pN]', '', 'g') IN (
        '', 'na', 'none', 'no', 'unknown', 'noneunknown', 'unknownnone', 'notknown', 'nk', 'tbc', 'tbd', 'tobeconfirmed',
        'tobedecided', 'nodata', 'nodataavailable', 'nil', 'null', 'nan', 'blank', 'unmapped', 'unspecified',
        'notspecified', 'notapplicable', 'notavailable', 'notrecorded', 'notstated', 'notprovided', 'notset',
        'nosupplier', 'nosystem', 'nosupplierrecorded', 'supplierunknown', 'unknownsupplier', 'x', 'xx', 'xxx', '0'
    );

-- All keys of a list of suppliers, sorted, each between semicolons: ";acme;beta;". NULL where none is known.
CREATE OR REPLACE MACRO supplier_keys(suppliers) AS
    nullif(
        ';' || array_to_string(
            list_sort(list_distinct(list_filter(
                list_transform(string_split_regex(coalesce(suppliers, ''), '[;,]'), lambda s: supplier_key(s)),
                lambda k: NOT names_no_supplier(k)
            ))), ';'
        ) || ';',
        ';;'
    );

-- Where a submission stands among all that were loaded, as one number: a file holds fewer than 2^40 rows.
CREATE OR REPLACE MACRO place_of(file_id, row_number) AS file_id * 1099511627776 + row_number;
CREATE OR REPLACE MACRO file_of(place) AS CAST(place // 1099511627776 AS INTEGER);
CREATE OR REPLACE MACRO row_of(place) AS place % 1099511627776;

-- The order of the attempts at one return, as one number that a single pass can take the least of: receipts before
-- rejections; the first receipt, but the last rejection; of several at one instant the first loaded.
-- Its parts: microseconds, shifted so that they are positive, times 2^63; then the place.
CREATE OR REPLACE MACRO attempt_order(outcome, submitted_at, place) AS
    CAST(CASE WHEN outcome = 'rejected' THEN 4611686018427387904 - epoch_us(submitted_at)
              ELSE 1152921504606846976 + epoch_us(submitted_at) END AS HUGEINT) * 9223372036854775808 + place;

-- The gravest severity has the least rank.
CREATE OR REPLACE MACRO severity_rank(severity) AS
    CASE severity WHEN 'critical' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END;
CREATE OR REPLACE MACRO severity_of_rank(place) AS
    CASE place WHEN 1 THEN 'critical' WHEN 2 THEN 'warning' ELSE 'info' END;

-- What a finding is about, in one text: the same again is the same finding.
CREATE OR REPLACE MACRO finding_key(kind, return_code, period_start, subject) AS
    kind || '/' || return_code || '/' || coalesce(CAST(period_start AS VARCHAR), '') || '/' || subject;

-- What is notified of due dates ahead, in one text.
CREATE OR REPLACE MACRO due_soon_id(return_code, period_start, due_on) AS
    ('due_soon/' || return_code || '/' || CAST(period_start AS VARCHAR) || '/' || CAST(due_on AS VARCHAR));
