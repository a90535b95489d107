-- The question as tables: everything that the derivation takes in beside what was loaded.

CREATE OR REPLACE TEMP TABLE question (
    as_of DATE, monitor_from DATE, supplier_min_organisations INTEGER, supplier_min_share DECIMAL(9, 6),  -- exact: 11 of 20 is 0.55
    short_min_organisations INTEGER, short_min_share DECIMAL(9, 6)
);

CREATE OR REPLACE TEMP TABLE mandatory_return AS FROM data.mandatory_return LIMIT 0;

CREATE OR REPLACE TEMP TABLE return_period (
    return_code VARCHAR, period_start DATE, period_end DATE, period_label VARCHAR, due_on DATE, due_basis VARCHAR,
    last_day_before DATE, last_day_after DATE      -- the last days of the periods beside it
);

CREATE OR REPLACE TEMP TABLE request_due (
    return_code VARCHAR, requested_on DATE, named_due_on DATE, period_label VARCHAR, due_on DATE, due_basis VARCHAR
);

CREATE OR REPLACE TEMP TABLE unchecked_return (return_code VARCHAR);

CREATE OR REPLACE TEMP TABLE reported_icb (icb_code VARCHAR);

CREATE OR REPLACE TEMP TABLE collective_action AS FROM data.collective_action LIMIT 0;
