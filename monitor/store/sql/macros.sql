-- Typing on purpose: text of a file -> value, NULL where the text is not one. Callers distinguish blank from malformed.

-- Marks that nobody sees: zero-width spaces and joiners, marks of direction, soft hyphens and byte order marks.
CREATE OR REPLACE MACRO without_invisible(cell) AS
    regexp_replace(
        cell, '[\x{ad}\x{61c}\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{feff}]',
        '', 'g'
    );

CREATE OR REPLACE MACRO trimmed(cell) AS
    nullif(trim(trim(cell, E'\t\n\x0b\x0c\r\x1a\x1c\x1d\x1e\x1f ')), '');
CREATE OR REPLACE MACRO trimmed_text_of(cell) AS trimmed(without_invisible(cell));

-- trim() is slow, and takes off every kind of Unicode space; in pure ASCII (as many bytes as characters) there is only one.
-- Only what begins with a space or a control character, ends with a space or is not ASCII is looked at closely: trimming
-- every cell of a long log costs as much as reading it.
-- What holds invisible marks alone is blank.
CREATE OR REPLACE MACRO text_of(cell) AS
    CASE WHEN strlen(cell) <> length(cell) THEN CASE WHEN trimmed_text_of(cell) IS NOT NULL THEN trimmed(cell) END
         WHEN cell < '!' OR suffix(cell, ' ') THEN trimmed(cell)
         ELSE cell END;

-- The same of a cell that holds a word, a number or a day: in it an invisible mark is a slip, not a part of the text.
CREATE OR REPLACE MACRO word_of(cell) AS
    CASE WHEN cell < '!' OR suffix(cell, ' ') OR suffix(cell, chr(9)) OR suffix(cell, chr(26)) OR strlen(cell) <> length(cell)
         THEN trimmed_text_of(cell) ELSE cell END;

-- Codes are compared without spaces (of any kind: web pages give no-break ones) and in capitals.
CREATE OR REPLACE MACRO code_of(cell) AS
    CASE WHEN cell < '!' OR contains(cell, ' ') OR contains(cell, chr(9)) OR strlen(cell) <> length(cell) THEN
        nullif(upper(regexp_replace(trimmed_text_of(cell), '[\s\pZ]', '', 'g')), '')
    ELSE upper(cell) END;

-- ODS codes: practice A81001, PCN U12345 (both one letter and five digits), trust RX1, organisations since 2020 S9B9J.
-- None is no code. GLOB first: it takes half as long as a regular expression.
CREATE OR REPLACE MACRO is_organisation_code(code) AS
    CASE WHEN code GLOB '[A-Z][0-9][0-9][0-9][0-9][0-9]' THEN TRUE
         ELSE coalesce(regexp_full_match(code, '[RT][A-Z0-9]{2}|[A-Z][0-9][A-Z][0-9][A-Z]'), FALSE) END;

-- ISO 8601 days; a midnight counts as its day, because spreadsheets and Parquet write days that way.
CREATE OR REPLACE MACRO day_of(cell) AS
    CASE WHEN cell LIKE '____-__-__' THEN try_cast(cell AS DATE)
         WHEN length(trim(cell)) = 10 AND cell[5] = '-' AND cell[8] = '-' THEN try_cast(trim(cell) AS DATE)
         WHEN length(trim(cell)) >= 19 AND cell[5] = '-' AND cell[8] = '-'
              AND regexp_full_match(trim(cell), '.{10}[T ]00:00:00(\.0+)?') THEN try_cast(left(cell, 10) AS DATE)
    END;

-- The plainest way of writing an instant, without an offset: London time. First, because it is the quickest to read.
CREATE OR REPLACE MACRO plain_local_time_of(cell) AS
    CASE WHEN cell GLOB '[-0-9]???-??-?????:??:?[0-9]' THEN try_cast(cell AS TIMESTAMP) END;

-- London time to an instant. To ask the time zone's rules of each row of a long log takes as long as reading it; since
-- 1972 London has been an hour ahead of UTC all through April to September, and on UTC from November to February.
CREATE OR REPLACE MACRO london_instant_of(local_time) AS
    CASE WHEN year(local_time) NOT BETWEEN 1972 AND 2099 OR month(local_time) IN (3, 10)
         THEN CAST(local_time AS TIMESTAMPTZ)
         WHEN month(local_time) BETWEEN 4 AND 9 THEN make_timestamptz(epoch_us(local_time) - 3600000000)
         ELSE make_timestamptz(epoch_us(local_time)) END;

-- ISO 8601 instants; without an offset they are London time (the connection's time zone). Zones by name are not taken:
-- to DuckDB BST is Bangladesh.
CREATE OR REPLACE MACRO instant_of(cell) AS
    CASE WHEN regexp_full_match(trim(cell),
             '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-](0\d|1[0-5])(:?[0-5]\d)?))?)?')
         THEN try_cast(trim(cell) AS TIMESTAMPTZ)
    END;

CREATE OR REPLACE MACRO whole_number_of(cell) AS
    CASE WHEN strlen(cell) BETWEEN 1 AND 15 AND cell NOT GLOB '*[!0-9]*' THEN CAST(cell AS BIGINT)
         WHEN regexp_full_match(trim(cell), '[0-9]{1,15}(\.0+)?') THEN CAST(CAST(trim(cell) AS DOUBLE) AS BIGINT) END;

-- What people write, in files of their own and in exports that a column map describes. All of them take a text without
-- spaces around it, and give NULL for what is not understood. A macro is written out wherever its text stands, so what is
-- used several times gets a name by a lambda: else a file of one row would take half a second to plan.

-- A day, without a time: 2025-09-01, 01/09/2025, 1.9.2025, 20250901, 1 September 2025, 01-Sep-25. Never month first, and
-- no year of two figures where the month is a number: 1/9/25 says nothing for sure.
CREATE OR REPLACE MACRO calendar_day_of(words) AS
    CASE WHEN regexp_full_match(words, '\d{4}([-/.]\d{1,2}){2}') THEN try_cast(translate(words, '/.', '--') AS DATE)
         WHEN regexp_full_match(words, '(\d{1,2}[-/.]){2}\d{4}')
         THEN CAST(try_strptime(translate(words, '/.', '--'), '%d-%m-%Y') AS DATE)
         WHEN regexp_full_match(words, '(19|20)\d{6}') THEN CAST(try_strptime(words, '%Y%m%d') AS DATE)
         WHEN regexp_full_match(words, '(?i)\d{1,2}(st|nd|rd|th)?[- ]?[a-z]{3,9},?[- ]?(20)?\d{2}') THEN CAST(try_strptime(
             regexp_replace(
                 regexp_replace(lower(words), 'sept([^a-z])', 'sep\1'),
                 '^(\d+)(?:st|nd|rd|th)?[- ]?([a-z]+),?[- ]?(?:20)?(\d\d)$', '\1 \2 20\3'
             ), ['%d %b %Y', '%d %B %Y']
         ) AS DATE)
    END;

-- A day and what may stand behind it: a time (9:05, 09:05:12) and Z, UTC or an offset in figures. '' for what is not there.
CREATE OR REPLACE MACRO parts_of_moment(cell) AS
    regexp_extract(
        cell,
        '(?i)^(.*?)(?:(?:T|,? +)(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?: ?(Z|UTC|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?))?)?$',
        ['day_words', 'clock', 'zone']
    );

-- Since midnight. 24:00 is the midnight at the day's end; of a leap second the day is kept.
CREATE OR REPLACE MACRO time_of_clock(clock) AS
    CASE WHEN clock = '' THEN INTERVAL 0 SECOND
         WHEN regexp_full_match(clock, '24:00(:00(\.0+)?)?') THEN INTERVAL 24 HOUR
         WHEN starts_with(clock, '23:59:60') THEN INTERVAL '23:59:59'
         WHEN NOT starts_with(clock, '24') AND try_cast(clock AS TIME) IS NOT NULL THEN try_cast(clock AS INTERVAL)
    END;

CREATE OR REPLACE MACRO offset_of_zone(zone) AS
    CASE WHEN upper(zone) IN ('Z', 'UTC') THEN INTERVAL 0 SECOND
         ELSE try_cast(
             ltrim(left(zone, 3), '+') || ':' || CASE WHEN length(zone) > 3 THEN right(zone, 2) ELSE '00' END AS INTERVAL
         ) END;

CREATE OR REPLACE MACRO moment_of_parts(parts) AS
    list_transform([calendar_day_of(parts.day_words) + time_of_clock(parts.clock)], lambda local_time:
        CASE WHEN parts.zone = '' THEN CAST(local_time AS TIMESTAMPTZ)
             ELSE timezone('UTC', local_time - offset_of_zone(parts.zone)) END
    )[1];

-- Excel's count of days since the end of 1899, as exports have it where a cell was not formatted: 45901, 45901.5.
CREATE OR REPLACE MACRO excel_time_of(cell) AS
    CASE WHEN regexp_full_match(cell, '[1-9]\d{4}(\.\d+)?')
         THEN TIMESTAMP '1899-12-30' + to_seconds(CAST(round(CAST(cell AS DOUBLE) * 86400) AS BIGINT)) END;

-- A day as people write it. With a time it is the day as written, and with an offset from UTC the day it was in London.
CREATE OR REPLACE MACRO written_day_of(cell) AS
    CASE WHEN cell GLOB '????-??-??' THEN try_cast(cell AS DATE)
         WHEN cell GLOB '[0-3][0-9]/[01][0-9]/[12][0-9][0-9][0-9]'  -- the quickest to read of what people write
         THEN try_cast(cell[7:] || '-' || cell[4:5] || '-' || cell[1:2] AS DATE)
         WHEN cell IS NOT NULL THEN list_transform([cell], lambda c: coalesce(
             list_transform([parts_of_moment(c)], lambda p: list_transform(
                 [{day: calendar_day_of(p.day_words), time: time_of_clock(p.clock)}], lambda m:
                 CASE WHEN p.zone = '' THEN CASE WHEN m.time IS NOT NULL THEN m.day END
                      ELSE CAST(timezone('Europe/London', timezone('UTC', m.day + m.time - offset_of_zone(p.zone))) AS DATE)
                      END
             )[1])[1],
             CAST(excel_time_of(c) AS DATE)
         ))[1]
    END;

-- An instant as people write it. Without an offset it is London time.
CREATE OR REPLACE MACRO written_instant_of(cell) AS
    CASE WHEN cell GLOB '[0-3][0-9]/[01][0-9]/[12][0-9][0-9][0-9] [0-2][0-9]:[0-5]?*' AND cell NOT GLOB '*[!0-9:/ ]*'
              AND length(cell) IN (16, 19) AND cell[12:13] <= '23' AND suffix(cell, ':60') = FALSE
         THEN london_instant_of(try_cast(
             cell[7:10] || '-' || cell[4:5] || '-' || cell[1:2] || cell[11:] AS TIMESTAMP
         ))
         WHEN cell IS NOT NULL THEN list_transform([cell], lambda c: coalesce(
             CAST(plain_local_time_of(c) AS TIMESTAMPTZ),
             instant_of(c),
             CAST(excel_time_of(c) AS TIMESTAMPTZ),
             list_transform([parts_of_moment(c)], lambda p: moment_of_parts(p))[1]
         ))[1]
    END;

-- A month by its first day: 2025-09, 09/2025, September 2025, Sep-25, Sept-25. Not September 25: it may be a day.
CREATE OR REPLACE MACRO written_month_of(cell) AS
    CASE WHEN regexp_full_match(cell, '\d{4}[-/.](0?[1-9]|1[0-2])')
         THEN CAST(try_strptime(translate(cell, '/.', '--'), '%Y-%m') AS DATE)
         WHEN regexp_full_match(cell, '(0?[1-9]|1[0-2])[-/.]\d{4}')
         THEN CAST(try_strptime(translate(cell, '/.', '--'), '%m-%Y') AS DATE)
         WHEN regexp_full_match(cell, '(?i)[a-z]{3,9}\.?,?([-/ ]?20\d{2}| ?[-/''] ?\d{2})') THEN CAST(try_strptime(
             regexp_replace(
                 regexp_replace(lower(cell), '^sept([^a-z])', 'sep\1'),
                 '^([a-z]+)[^a-z\d]*(?:20)?(\d\d)$', '\1 20\2'
             ), ['%b %Y', '%B %Y']
         ) AS DATE)
    END;

-- A contract year by its first day: 2024/25, 2024-25, 2024/2025. Only where the second year is the one after the first.
CREATE OR REPLACE MACRO written_year_of(cell) AS
    CASE WHEN regexp_full_match(cell, '(?i)((fy|year) ?)?20\d{2} ?[-/] ?(20)?\d{2}')
              AND (CAST(regexp_extract(cell, '(20\d{2})', 1) AS INT) + 1) % 100 = CAST(right(cell, 2) AS INT)
         THEN make_date(CAST(regexp_extract(cell, '(20\d{2})', 1) AS INT), 4, 1) END;

-- A quarter of a contract year by its first day: Q1 2025/26, 2025-26 Q1. Without the year's second half it could as well
-- be a quarter of the calendar year.
CREATE OR REPLACE MACRO written_quarter_of(cell) AS
    CASE WHEN regexp_full_match(cell, '(?i)(q(uarter)? ?[1-4],? ?20\d{2}.*|20\d{2}.*,? q(uarter)? ?[1-4])')
         THEN CAST(written_year_of(trim(regexp_replace(cell, '(?i),? ?q(uarter)? ?[1-4],? ?', ''))) + to_months(
             3 * (CAST(regexp_extract(cell, '(?i)q(?:uarter)? ?([1-4])', 1) AS INT) - 1)
         ) AS DATE) END;

-- A period of a return, whose kind is month, quarter, contract_year or any (a day): its first day, its month, or the
-- quarter or contract year as people name it.
CREATE OR REPLACE MACRO written_period_of(cell, kind) AS
    CASE WHEN cell IS NOT NULL THEN list_transform([cell], lambda t: coalesce(
        written_day_of(t),
        CASE WHEN kind IN ('month', 'quarter', 'contract_year') THEN written_month_of(t) END,
        CASE kind WHEN 'quarter' THEN written_quarter_of(t) WHEN 'contract_year' THEN written_year_of(t) END
    ))[1] END;

-- A whole number: 1,234 and 1 234, 1.2E+03, 1234.0.
CREATE OR REPLACE MACRO written_number_of(cell) AS
    CASE WHEN whole_number_of(cell) IS NOT NULL THEN whole_number_of(cell)
         WHEN regexp_full_match(
             cell, '([0-9]{1,15}|[0-9]{1,3}([, \x{a0}\x{2009}\x{202f}][0-9]{3}){1,4})(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?'
         ) THEN list_transform(
             [try_cast(regexp_replace(cell, '[^0-9.eE+-]', '', 'g') AS DOUBLE)],
             lambda n: CASE WHEN n < 1e15 AND n % 1 = 0 THEN CAST(n AS BIGINT) END
         )[1]
    END;

-- A return's code, whatever its case, and with spaces or hyphens where ours has underscores.
CREATE OR REPLACE MACRO return_code_of(cell) AS regexp_replace(lower(word_of(cell)), '[\s\pZ-]+', '_', 'g');

-- A return by what people call it (returns/names.py): NULL where it is no name, or one of several returns that
-- organisations of this kind owe. organisation: a code, as written.
CREATE OR REPLACE MACRO letters_of(cell) AS regexp_replace(replace(lower(cell), '&', 'and'), '[^a-z0-9]', '', 'g');
CREATE OR REPLACE MACRO kind_by_code(organisation) AS
    CASE WHEN organisation GLOB 'U[0-9][0-9][0-9][0-9][0-9]' THEN 'pcn'
         WHEN organisation GLOB '[RT]??' THEN 'trust' ELSE 'practice' END;
CREATE OR REPLACE MACRO return_named(cell, organisation, names, codes) AS
    CASE WHEN cell IS NOT NULL THEN list_transform([letters_of(cell)], lambda name: codes[coalesce(
        list_position(names, name), list_position(names, kind_by_code(upper(trim(organisation))) || ' ' || name)
    )])[1] END;

-- The first day of the period of a return that holds a day. kind: month, quarter, contract_year, or any other.
CREATE OR REPLACE MACRO first_day_of_period(day_on, kind) AS
    CASE kind WHEN 'month' THEN CAST(date_trunc('month', day_on) AS DATE)
              WHEN 'quarter' THEN CAST(date_trunc('quarter', day_on) AS DATE)
              WHEN 'contract_year' THEN make_date(year(day_on) - CASE WHEN month(day_on) < 4 THEN 1 ELSE 0 END, 4, 1)
              ELSE day_on END;

-- Words for what an organisation is and for its contract, as the contract of this program has them.
CREATE OR REPLACE MACRO organisation_kind_of(cell) AS
    CASE WHEN lower(cell) IN ('practice', 'gp practice', 'general practice', 'gp') THEN 'practice'
         WHEN lower(cell) IN ('pcn', 'primary care network') THEN 'pcn'
         WHEN lower(cell) IN ('trust', 'nhs trust', 'foundation trust', 'nhs foundation trust') THEN 'trust' END;

CREATE OR REPLACE MACRO contract_type_of(cell) AS
    CASE WHEN regexp_replace(lower(cell), '[\s()]|contract', '', 'g') IN ('gms', 'generalmedicalservices') THEN 'GMS'
         WHEN regexp_replace(lower(cell), '[\s()]|contract', '', 'g') IN ('pms', 'personalmedicalservices') THEN 'PMS'
         WHEN regexp_replace(lower(cell), '[\s()]|contract', '', 'g') IN ('apms', 'alternativeprovidermedicalservices')
         THEN 'APMS' END;

-- A text of cells apart from each other, without those that are decimals with a short whole part: no NHS number has one.
CREATE OR REPLACE MACRO without_fractions(cells) AS
    regexp_replace(cells, '(^| )[0-9]{1,5}\.[0-9]+( |$)', ' ', 'g');

-- Column maps of monitor.toml. Values of a file are compared without case and outer spaces; blank is ''.
CREATE OR REPLACE MACRO compared_text_of(cell) AS coalesce(lower(text_of(cell)), '');
CREATE OR REPLACE MACRO is_among(cell, texts) AS list_contains(texts, compared_text_of(cell));
CREATE OR REPLACE MACRO meaning_of(cell, texts, meanings) AS
    coalesce(meanings[list_position(texts, compared_text_of(cell))], cell);

-- Such a row is none of the format, or blank: it is neither loaded nor rejected.
CREATE OR REPLACE MACRO is_left_out(fault) AS coalesce(starts_with(fault, 'left_out:'), FALSE);

-- Where a column map says that the month comes first, a day that is not written so is not to be read day first.
CREATE OR REPLACE MACRO not_day_first(cell) AS
    CASE WHEN regexp_matches(cell, '^\s*(\d{4}-|[1-9]\d{4}(\.|\s*$))') THEN cell ELSE '? ' || cell END;

-- NULL where the text is not written so. %Y would take 25 for the year 25.
CREATE OR REPLACE MACRO day_written_as(cell, format) AS
    CASE WHEN year(try_strptime(text_of(cell), format)) >= 1000 THEN try_strptime(text_of(cell), format) END;

-- Days as published files write them: 20191001, 2025-12-01, 01Jan2022, 01-Sep-20, 31/03/2025.
CREATE OR REPLACE MACRO published_day_of(cell) AS
    CASE WHEN regexp_full_match(trim(cell), '[0-9]{8}') THEN try_strptime(trim(cell), '%Y%m%d')::DATE
         WHEN regexp_full_match(trim(cell), '[0-9]{2}[A-Za-z]{3}[0-9]{4}') THEN try_strptime(trim(cell), '%d%b%Y')::DATE
         WHEN regexp_full_match(trim(cell), '[0-9]{2}-[A-Za-z]{3}-[0-9]{2}') THEN try_strptime(trim(cell), '%d-%b-%y')::DATE
         WHEN regexp_full_match(trim(cell), '[0-9]{2}/[0-9]{2}/[0-9]{4}') THEN try_strptime(trim(cell), '%d/%m/%Y')::DATE
         ELSE day_of(cell)
    END;

-- What published files write in the place of a practice's code for totals, and for what belongs to no practice.
CREATE OR REPLACE MACRO names_no_practice(code) AS
    code IN ('UNASSIGNED', 'UNMAPPED', 'UNALLOCATED', 'UNKNOWN', 'TOTAL', 'NATIONAL', 'ENGLAND');

CREATE OR REPLACE MACRO yes_or_no_of(cell) AS
    CASE WHEN lower(cell) IN ('yes', 'y', 'true', '1') THEN TRUE WHEN lower(cell) IN ('no', 'n', 'false', '0') THEN FALSE END;

-- The contract year that holds a day, by its first day: 1 April.
CREATE OR REPLACE MACRO contract_year_of(day_on) AS
    make_date(year(day_on) - CASE WHEN month(day_on) < 4 THEN 1 ELSE 0 END, 4, 1);

-- Which return an indicator of a quality service is evidence for, by their codes in capitals; NULL: none that is mandatory.
CREATE OR REPLACE MACRO return_of_indicator(service, indicator) AS
    CASE
        WHEN starts_with(indicator, 'INLIQ') OR contains(service, 'INLIQ')
             OR contains(service, 'INDICATORSNOLONGERINQOF') THEN 'indicators_no_longer_in_qof'
        WHEN starts_with(indicator, 'ALC') OR starts_with(indicator, 'CCDCMI') OR starts_with(service, 'ALC')
             OR contains(indicator || coalesce(service, ''), 'ALCOHOL')
             OR contains(indicator || coalesce(service, ''), 'DEMENTIA') THEN 'alcohol_and_dementia'
    END;

-- The same of figures as at a day: the core contract is a return of its own, by quarters, from 2025/26 on.
CREATE OR REPLACE MACRO is_core_contract(service, indicator, day_on) AS
    day_on >= DATE '2025-04-01'
    AND (return_of_indicator(service, indicator) = 'alcohol_and_dementia' OR starts_with(indicator, 'CGPCMI'));

CREATE OR REPLACE MACRO return_of_figure(service, indicator, day_on) AS
    CASE WHEN is_core_contract(service, indicator, day_on) THEN 'core_gp_contract' ELSE return_of_indicator(service, indicator) END;

CREATE OR REPLACE MACRO period_of_figure(service, indicator, day_on) AS
    CASE WHEN is_core_contract(service, indicator, day_on) THEN CAST(date_trunc('quarter', day_on) AS DATE)
         ELSE contract_year_of(day_on) END;

-- Months as published files write them: a day (which must then be the first), MAY2024, May-24, May 2024, 2024-05.
CREATE OR REPLACE MACRO published_month_of(cell) AS
    -- The usual ones first, because of the long files' millions of rows.
    CASE WHEN cell LIKE '01___20__' THEN coalesce(try_strptime(cell, '%d%b%Y')::DATE, published_day_of(cell))
         WHEN cell LIKE '01/__/20__' THEN try_strptime(cell, '%d/%m/%Y')::DATE
         WHEN regexp_full_match(cell, '[A-Za-z]{3}[ -]?[0-9]{4}')
         THEN try_strptime(regexp_replace(cell, '[ -]', ''), '%b%Y')::DATE
         WHEN regexp_full_match(cell, '[A-Za-z]{3}-[0-9]{2}') THEN try_strptime(cell, '%b-%y')::DATE
         WHEN regexp_full_match(cell, '[0-9]{4}-[0-9]{2}') THEN try_strptime(cell, '%Y-%m')::DATE
         ELSE published_day_of(cell)
    END;

-- A PCN as published: '' where the file says that the practice is in none, NULL where it says nothing.
CREATE OR REPLACE MACRO published_pcn_of(cell) AS
    CASE WHEN code_of(cell) IN ('U', 'UNALLOCATED', 'UNALIGNED') THEN ''
         WHEN code_of(cell) NOT IN ('NA', 'N/A', '*') AND NOT names_no_practice(code_of(cell)) THEN code_of(cell)
    END;

-- Any other code of a geography, NULL where the file has only a word for "not known".
CREATE OR REPLACE MACRO published_area_of(cell) AS
    CASE WHEN code_of(cell) NOT IN ('NA', 'N/A', '*') AND NOT names_no_practice(code_of(cell)) THEN code_of(cell) END;

-- A region's ODS code; NULL for its ONS code, which some files have under the same heading.
CREATE OR REPLACE MACRO published_region_of(cell) AS
    CASE WHEN regexp_full_match(code_of(cell), 'Y[0-9]{2}') THEN code_of(cell) END;

-- A supplier as published or as people note it, NULL where the file has only a word for "none known".
CREATE OR REPLACE MACRO published_supplier_of(cell) AS
    CASE WHEN NOT names_no_supplier(text_of(cell)) THEN text_of(cell) END;

-- Clinical suppliers joined by a slash, as a list. Vision is Cegedim's, and one supplier.
CREATE OR REPLACE MACRO clinical_suppliers_of(cell) AS
    replace(replace(replace(cell, 'VISION/CEGEDIM', chr(1)), '/', ';'), chr(1), 'VISION/CEGEDIM');

-- Lists of suppliers in any order and with repetitions, as one: each once, in the order of the alphabet. NULL for none.
CREATE OR REPLACE MACRO supplier_list(suppliers) AS
    nullif(array_to_string(list_sort(list_distinct(list_filter(
        list_transform(string_split(suppliers, ';'), lambda s: published_supplier_of(s)), lambda s: s IS NOT NULL
    ))), ';'), '');

-- A quick first look, for every cell of every row: ten digits without a letter between them, or so many bytes beyond
-- ASCII as ten digits of another script take. By CASE, because AND would put short cells to the expression too.
CREATE OR REPLACE MACRO could_hold_nhs_number(cell) AS
    CASE WHEN strlen(cell) < 10 THEN FALSE
         WHEN regexp_matches(cell, '([0-9][^0-9A-Za-z]*){9}[0-9]') THEN TRUE
         ELSE strlen(cell) - length(cell) >= 10 END;

-- A day with a time, and nothing else: 2025-03-31 10:15:00, 31/03/2025 10:15. It has more than ten digits, and is none.
CREATE OR REPLACE MACRO is_moment_alone(cell) AS
    regexp_full_match(cell, '\s*[0-9]{1,4}([-/.][0-9]{1,2}){1,2}([-/.][0-9]{4})?[ T,]+[0-9]{1,2}:[0-9]{2}(:[0-9.]+)?\s*([zZ]|UTC|[+-][0-9:]+)?\s*');

-- A cell with the digits of every script as ours, without marks that nobody sees, and with a space for every sign that is
-- no letter and no digit beyond ASCII: dashes and spaces of all kinds. What a spreadsheet makes of a long number is undone.
CREATE OR REPLACE MACRO with_plain_digits(cell) AS
    regexp_replace(
        CASE WHEN strlen(cell) = length(cell) THEN cell
             ELSE regexp_replace(
                 regexp_replace(
                     translate(
                         cell, '０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫𝟬𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴𝟵𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹',
                         '012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789'
                     ), '[\p{Cf}\p{M}]', '', 'g'
                 ), '[^\x00-\x7f\pL\pN]', ' ', 'g'
             ) END,
        '([0-9])[.]([0-9]{9})[eE][+]?0?9\b', '\1\2', 'g'
    );

-- The numbers of ten digits in a cell that could be NHS numbers, alone or inside text, without what stands between their
-- digits: a run of digits and signs with ten digits in all; and within a longer run ten digits together, with a date joined
-- to them or not, or three, three and four.
CREATE OR REPLACE MACRO ten_digit_numbers_of(cell) AS
    CASE WHEN strlen(cell) = 10 AND cell NOT GLOB '*[!0-9]*' THEN [cell]
         WHEN could_hold_nhs_number(cell) AND NOT is_moment_alone(cell) THEN flatten(list_transform(
        regexp_extract_all(with_plain_digits(cell), '[0-9](?:(?:[\s./_()\[\]{}''~+*\\=#"-]{1,3}|[,:;])?[0-9])*'),
        lambda run: list_transform([regexp_replace(run, '[^0-9]+', '', 'g')], lambda digits:
            CASE WHEN length(digits) < 10 THEN []
                 WHEN length(digits) = 10 THEN [digits]
                 ELSE list_transform(
                     regexp_extract_all(
                         regexp_replace(
                             '-' || regexp_replace(run, '[^0-9]+', '--', 'g') || '-',
                             '-(?:((?:19|20)[0-9]{2}[01][0-9][0-3][0-9])([0-9]{10})|([0-9]{10})((?:19|20)[0-9]{2}[01][0-9][0-3][0-9]))-',
                             '-\2\3-', 'g'
                         ), '-([0-9]{3}--[0-9]{3}--[0-9]{4}|[0-9]{10})-', 1
                     ), lambda number: replace(number, '-', '')
                 ) END
        )[1]
    )) END;

-- The tenth digit of an NHS number is a check digit, modulo 11 (NHS Data Dictionary, NHS NUMBER). Ten times the same digit
-- passes it too, and stands where no number is known.
CREATE OR REPLACE MACRO is_nhs_number(digits) AS
    (11 - (CAST(digits[1] AS INT) * 10 + CAST(digits[2] AS INT) * 9 + CAST(digits[3] AS INT) * 8
         + CAST(digits[4] AS INT) * 7 + CAST(digits[5] AS INT) * 6 + CAST(digits[6] AS INT) * 5
         + CAST(digits[7] AS INT) * 4 + CAST(digits[8] AS INT) * 3 + CAST(digits[9] AS INT) * 2) % 11) % 11
    = CAST(digits[10] AS INT)
    AND digits <> repeat(digits[1], 10);

-- The valid NHS numbers that a cell holds.
CREATE OR REPLACE MACRO nhs_numbers_in(cell) AS
    coalesce(list_filter(ten_digit_numbers_of(cell), lambda number: is_nhs_number(number)), []);

-- A quick look whether a number of ten digits may stand in cells side by side, none of which holds all of it. The lengths
-- first: nearly all cells are of others.
CREATE OR REPLACE MACRO could_be_in_two(one, two) AS
    CASE WHEN strlen(one) BETWEEN 1 AND 9 AND strlen(two) BETWEEN 1 AND 9 AND strlen(one) + strlen(two) BETWEEN 10 AND 14
         THEN regexp_full_match(one || ' ' || two, '([0-9][ -]?){10}') ELSE FALSE END;
CREATE OR REPLACE MACRO could_be_in_three(one, two, three) AS
    CASE WHEN strlen(one) = 3 AND strlen(two) = 3 AND strlen(three) = 4 THEN TRUE ELSE FALSE END;

-- By CASE, because AND would put texts that are no numbers to the check, too.
-- For each cell but the last the valid NHS number that begins in it and ends in one of the next two; NULL where none does.
CREATE OR REPLACE MACRO numbers_over_cells(cells) AS
    list_transform(range(1, len(cells)), lambda place: list_filter(
        [regexp_replace(
            CASE WHEN could_be_in_two(cells[place], cells[place + 1]) THEN cells[place] || cells[place + 1]
                 WHEN could_be_in_three(cells[place], cells[place + 1], cells[place + 2])
                 THEN cells[place] || cells[place + 1] || cells[place + 2] END,
            '[ -]', '', 'g'
        )], lambda digits: CASE WHEN regexp_full_match(digits, '[0-9]{10}') THEN is_nhs_number(digits) ELSE FALSE END
    )[1]);

-- A cell as it stands in a CSV file: blank ones too, and quoted where it holds a comma, a quotation mark or a line end.
CREATE OR REPLACE MACRO as_written(cell) AS
    CASE WHEN cell IS NULL THEN ''
         WHEN regexp_matches(cell, '[,"\n\r]') THEN '"' || replace(cell, '"', '""') || '"'
         ELSE cell END;
