-- What the charts were worked out with: it takes room that the rest of a check needs.
DROP TABLE record_point;
DROP TABLE share_point;
DROP TABLE chart_value;
DROP TABLE chart_charted;
DROP TABLE chart_limits;
DROP TABLE common_movement;
DROP TABLE newest_point;
DROP TABLE low_point;
DROP TABLE low_by_both;
DROP TABLE adjusted_value;
DROP TABLE adjusted_limits;
DROP TABLE adjusted_charted;
DROP TABLE chart_span;
DROP TABLE stepped;
