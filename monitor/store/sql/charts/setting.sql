-- What the charts take in beside the answer of the check. points_needed: the fewest points that limits are made of.

CREATE OR REPLACE TEMP TABLE chart_setting (
    as_of DATE, low_volume BOOLEAN, points_needed INTEGER, most_periods INTEGER, min_organisations INTEGER
);

CREATE OR REPLACE TEMP TABLE step_change (
    return_code VARCHAR, organisation_code VARCHAR, icb_code VARCHAR, from_on DATE, reason VARCHAR
);
