"""Write the sample data: a wholly fictional ICB, and the right answer as of AS_OF.

Run `python sample_data/make_sample.py [FOLDER]` (default: this folder). The same bytes come out every time: there is no
clock and no chance in it. The answer (expected_*.csv) is written from the plan below, where each thing planted says
which status and cause it must lead to. No rule of the monitor is worked out or imported here, so the answer can test it.
"""

from __future__ import annotations

import csv
import sys
import zlib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

# ---------------------------------------------------------------------------------------------------------------------
# The plan, 1: who there is
# ---------------------------------------------------------------------------------------------------------------------

AS_OF = date(2025, 1, 31)
ICB, ICB_NAME = "QZ9", "NHS Northmoor ICB"
PRACTICES = range(1, 61)  # Z99001 .. Z99060
HUB = "Z99060"  # an extended-access hub: holds a practice code, has no registered list
APMS = {"Z99012", "Z99047"}
OPENED = {"Z99034": "2024-09-16"}
CLOSED = {"Z99014": "2024-09-30", "Z99033": "2024-11-15"}
SUCCESSOR = {"Z99014": "Z99013"}
TWO_TELEPHONY_SUPPLIERS = "Z99021"
CHANGED_ONLINE_SUPPLIER, LAST_DAY_BEFORE_CHANGE, CHANGED_ON = "Z99035", "2024-09-30", "2024-10-01"
TRUSTS = {"RZ1": "Northmoor Teaching Hospitals NHS Trust", "RZ2": "Long Fell Hospitals NHS Trust"}
PCNS = {  # code: name, sub-ICB, last practice number
    "U99001": ("Gorse Valley PCN", "Z1A", 8),
    "U99002": ("Upper Brindle PCN", "Z1A", 16),
    "U99003": ("Four Mills PCN", "Z1A", 24),
    "U99004": ("Ferrygate PCN", "Z1A", 32),
    "U99005": ("Tarn and Moor PCN", "Z1A", 40),
    "U99006": ("Saltmarsh PCN", "Z1B", 47),
    "U99007": ("Lantern Coast PCN", "Z1B", 54),
    "U99008": ("Old Harbour PCN", "Z1B", 59),
}
NAME_BEGINS = ("Adder", "Bram", "Corn", "Dun", "Elder", "Fenn", "Gorse", "Hob", "Iver", "Juniper", "Kestrel", "Linnet")
NAME_ENDS = ("wick", "holt", "mere", "combe", "garth")
NAME_KINDS = ("Surgery", "Medical Centre", "Health Centre", "Practice")

MONTHS = [f"2024-{m:02d}-01" for m in range(4, 13)] + ["2025-01-01"]
YEAR = "2024-04-01"  # the contract year 2024/25
PAUSED = ("appointments", "2024-07-01")
EXEMPT = ("Z99022", "workforce", {"2024-06-01", "2024-07-01", "2024-08-01"})
NOT_LOADED = ("national_diabetes_audit", "2024-07-01")
ASKED_FOR_NOT_LOADED = 57  # 60 codes less the hub, and two that opened or closed in September

# ---------------------------------------------------------------------------------------------------------------------
# The plan, 2: what differs from a quiet year, one line each
# sent: `none` = nothing; `usual` = whatever a quiet year holds; else attempts, in order, parted by commas
# ---------------------------------------------------------------------------------------------------------------------

LATE_WITHIN_A_GAP = {  # of their supplier or area: late with the others, which is no news of one practice
    ("Z99038", "digital_telephony", "2024-11-01"),
    ("Z99052", "online_and_video_consultations", "2024-08-01"),
    ("Z99042", "workforce", "2024-10-01"),
}
PLANTED = """
organisation | return | period | sent | status | cause | why
# workforce: due on the last day of the month
Z99002 | workforce | 2024-04-01 | none | not_received | unexplained | single gap in the first month: nothing before it to compare with
Z99003 | workforce | 2024-05-01 | 2024-06-03T09:40:00 accepted | received_late | | three days late
Z99058 | workforce | 2024-05-01 | 2024-06-05T11:05:00 accepted | received_late | | five days late
Z99018 | workforce | 2024-05-01 | 2024-05-28T10:00:00 accepted, 2024-06-12T15:30:00 accepted | received | | corrected after the due date: the first accepted one counts
Z99007 | workforce | 2024-06-01 | 2024-06-30T23:30:00Z accepted | received_late | | half past midnight on 1 July in London
Z99010 | workforce | 2024-06-01 | 2024-06-30T22:45:00Z accepted | received | | a quarter to midnight on 30 June in London
Z99013 | workforce | 2024-06-01 | 2024-07-01T00:30:00+02:00 accepted | received | | half past eleven at night on 30 June in London
Z99031 | workforce | 2024-06-01 | none | not_received | unexplained | single gap with two returns before it
Z99044 | workforce | 2024-06-01 | 2024-06-27T14:12:00 rejected | rejected | rejected_at_source | one attempt, rejected
Z99009 | workforce | 2024-07-01 | none | not_received | stopped | single gap after three returns received
Z99041 | workforce | 2024-07-01 | 2024-08-05T08:55:00 accepted | received_late | | five days late
Z99031 | workforce | 2024-08-01 | none | not_received | unexplained | second gap: one of the three returns before it is missing too
Z99016 | workforce | 2024-08-01 | 2024-09-02T09:15:00 accepted | received_late | | two days late
Z99001 | workforce | 2024-09-01 | 2024-09-20T10:10:00 rejected, 2024-09-24T16:20:00 accepted | received | | rejected, then accepted in time
Z99006 | workforce | 2024-09-01 | 2024-09-25T13:00:00 rejected, 2024-10-02T09:00:00 rejected | rejected | rejected_at_source | two attempts, both rejected
Z99017 | workforce | 2024-09-01 | none | not_received | stopped | sent until August, then nothing more
Z99035 | workforce | 2024-09-01 | 2024-09-29T17:45:00 rejected, 2024-10-10T10:30:00 accepted | received_late | | rejected in time, accepted ten days late
Z99017 | workforce | 2024-10-01 | none | not_received | stopped | still nothing: it stopped in September
Z99021 | workforce | 2024-10-01 | 2024-11-04T12:00:00 accepted | received_late | | four days late
Z99022 | workforce | 2024-10-01 | none | not_received | stopped | the three before it are April, May and September: the exempt months are left out
Z99034 | workforce | 2024-09-01 | none | not_required | not_open | opened on 16 September
Z99034 | workforce | 2024-10-01 | none | not_received | unexplained | the first full month of a new practice
Z99042 | workforce | 2024-10-01 | 2024-11-06T10:25:00 accepted | received_late | | six days late, in the month of the gap in its area
Z99017 | workforce | 2024-11-01 | none | not_received | stopped | still nothing
Z99026 | workforce | 2024-11-01 | none | not_received | stopped | single gap after three returns received
Z99037 | workforce | 2024-11-01 | none | not_received | known_incident | an incident notice names this practice
Z99048 | workforce | 2024-11-01 | 2024-12-02T08:30:00 accepted | received_late | | two days late
Z99017 | workforce | 2024-12-01 | none | not_received | stopped | still nothing
Z99053 | workforce | 2024-12-01 | none | not_received | stopped | the three before that are its own were received; October was its area's
Z99005 | workforce | 2024-12-01 | 2025-01-03T09:20:00 accepted | received | | after the usual date, within the extension to 7 January
Z99020 | workforce | 2024-12-01 | 2025-01-07T16:40:00 accepted | received | | on the last day of the extension
Z99050 | workforce | 2024-12-01 | 2025-01-09T11:10:00 accepted | received_late | | two days after the extended date
Z99017 | workforce | 2025-01-01 | none | not_due | | due today, so not late yet
Z99019 | workforce | 2025-01-01 | 2025-01-24T10:00:00 rejected | not_due | | rejected so far, and due today
Z99022 | workforce | 2024-06-01 | none | not_required | exempt | exempt from June to August
Z99022 | workforce | 2024-07-01 | none | not_required | exempt | exempt from June to August
Z99022 | workforce | 2024-08-01 | none | not_required | exempt | exempt from June to August
Z99033 | workforce | 2024-10-01 | usual | received | | the last full month before it closed on 15 November
Z99033 | workforce | 2024-11-01 | none | not_required | not_open | closed on 15 November
Z99012 | workforce | 2024-05-01 | usual | received | | APMS: the collection binds all practices
Z99060 | workforce | 2024-05-01 | none | not_required | no_registered_patients | a hub with no registered list
# appointments: due on the last Thursday of the next month, in December the last one up to the 23rd
Z99004 | appointments | 2024-04-01 | 2024-06-04T07:30:00 accepted | received_late | | five days late
Z99028 | appointments | 2024-04-01 | none | not_received | never_received | never received; the first month
Z99010 | appointments | 2024-05-01 | none | not_received | unexplained | single gap with one return before it
Z99028 | appointments | 2024-05-01 | none | not_received | never_received | never received; the second month
Z99028 | appointments | 2024-06-01 | none | not_received | never_received | never received; the third month
Z99036 | appointments | 2024-06-01 | none | not_received | unexplained | single gap with two returns before it
Z99057 | appointments | 2024-06-01 | 2024-08-01T07:30:00 accepted | received_late | | seven days late
Z99001 | appointments | 2024-07-01 | none | not_required | paused | the collection was paused nationally
Z99003 | appointments | 2024-07-01 | 2024-08-08T07:00:00 accepted | not_required | paused | sent all the same; not asked for
Z99004 | appointments | 2024-07-01 | 2024-08-08T07:05:00 accepted | not_required | paused | sent all the same; not asked for
Z99012 | appointments | 2024-07-01 | none | not_required | paused | paused for APMS practices, too
Z99012 | appointments | 2024-08-01 | 2024-09-12T07:15:00 accepted | received | | APMS: the collection binds all practices
Z99060 | appointments | 2024-12-01 | none | not_required | no_registered_patients | a hub with no registered list
Z99028 | appointments | 2024-08-01 | none | not_received | never_received | never received
Z99031 | appointments | 2024-08-01 | 2024-09-10T07:00:00 rejected, 2024-09-17T07:00:00 accepted | received | | rejected, then accepted in time
Z99014 | appointments | 2024-09-01 | usual | received | | the last month before the merger into Z99013
Z99015 | appointments | 2024-09-01 | 2024-11-05T07:30:00 accepted | received_late | | five days late
Z99028 | appointments | 2024-09-01 | none | not_received | never_received | never received
Z99034 | appointments | 2024-09-01 | none | not_required | not_open | opened on 16 September
Z99045 | appointments | 2024-09-01 | none | not_received | stopped | single gap; the three before it are May, June and August: the paused month is left out
Z99019 | appointments | 2024-10-01 | 2024-11-14T07:00:00 rejected | rejected | rejected_at_source | one attempt, rejected
Z99028 | appointments | 2024-10-01 | none | not_received | never_received | never received
Z99033 | appointments | 2024-10-01 | none | not_received | stopped | open all October, closed before the data were due
Z99039 | appointments | 2024-10-01 | 2024-11-12T07:00:00 rejected, 2024-12-02T07:00:00 accepted | received_late | | rejected in time, accepted four days late
Z99008 | appointments | 2024-11-01 | 2024-12-20T07:30:00 accepted | received_late | | one day late: due on 19 December, the last Thursday up to the 23rd
Z99011 | appointments | 2024-11-01 | 2024-12-19T23:10:00 accepted | received | | late in the evening of the due day
Z99028 | appointments | 2024-11-01 | none | not_received | never_received | never received
Z99001 | appointments | 2024-12-01 | none | not_received | stopped | single gap, due yesterday
Z99013 | appointments | 2024-12-01 | 2025-01-31T07:30:00 accepted | received_late | | received today, due yesterday
Z99028 | appointments | 2024-12-01 | none | not_received | never_received | never received
Z99001 | appointments | 2025-01-01 | usual | not_due | | due on 27 February
# online and video consultations: due on the last Thursday of the next month
Z99026 | online_and_video_consultations | 2024-04-01 | 2024-05-09T06:00:00 accepted, 2024-05-21T06:00:00 rejected | received | | accepted; a later attempt was rejected
Z99006 | online_and_video_consultations | 2024-05-01 | 2024-07-01T06:00:00 accepted | received_late | | four days late
Z99011 | online_and_video_consultations | 2024-05-01 | 2024-06-11T06:00:00 nil | received | | nil: nothing to report
Z99020 | online_and_video_consultations | 2024-06-01 | none | not_received | unexplained | single gap with two returns before it
Z99055 | online_and_video_consultations | 2024-07-01 | 2024-08-13T06:00:00 rejected | rejected | rejected_at_source | one attempt, rejected
Z99007 | online_and_video_consultations | 2024-08-01 | usual | received | | of the supplier with the gap, and received
Z99052 | online_and_video_consultations | 2024-08-01 | 2024-10-03T06:00:00 accepted | received_late | | of the supplier with the gap: seven days late
Z99029 | online_and_video_consultations | 2024-09-01 | 2024-11-04T06:00:00 accepted | received_late | | four days late
Z99030 | online_and_video_consultations | 2024-10-01 | none | not_received | stopped | single gap after three returns received
Z99035 | online_and_video_consultations | 2024-09-01 | usual | received | | the last month with Askwell Ltd
Z99035 | online_and_video_consultations | 2024-10-01 | none | not_received | supplier_changed | the first month with Onform Limited
Z99025 | online_and_video_consultations | 2024-11-01 | 2024-12-06T06:00:00 rejected, 2024-12-13T06:00:00 accepted | received | | rejected, then accepted in time
Z99042 | online_and_video_consultations | 2024-11-01 | none | not_received | stopped | the three before that are its own were received; August was its supplier's
Z99059 | online_and_video_consultations | 2024-11-01 | 2024-12-23T06:00:00 accepted | received_late | | four days late
Z99016 | online_and_video_consultations | 2024-12-01 | none | not_received | stopped | single gap, due yesterday
Z99024 | online_and_video_consultations | 2024-12-01 | none | not_received | not_participating | participation withdrawn from 1 December
Z99046 | online_and_video_consultations | 2024-12-01 | 2025-01-31T06:00:00 accepted | received_late | | received today, due yesterday
# digital telephony: in force from October, due on the 5th of the next month
Z99002 | digital_telephony | 2024-10-01 | 2024-11-02T05:00:00 rejected, 2024-11-05T21:00:00 accepted | received | | rejected, then accepted on the due day
Z99004 | digital_telephony | 2024-10-01 | none | not_received | not_participating | participation declined
Z99010 | digital_telephony | 2024-10-01 | 2024-11-06T05:00:00 accepted | received_late | | one day late
Z99011 | digital_telephony | 2024-10-01 | none | not_received | not_participating | participation pending until 30 November
Z99041 | digital_telephony | 2024-10-01 | 2024-11-04T05:00:00 rejected | rejected | rejected_at_source | one attempt, rejected
Z99044 | digital_telephony | 2024-10-01 | 2024-11-03T05:00:00 nil | received | | nil: nothing to report
Z99049 | digital_telephony | 2024-10-01 | 2024-11-08T05:00:00 accepted | received_late | | three days late
Z99004 | digital_telephony | 2024-11-01 | none | not_received | not_participating | participation declined
Z99009 | digital_telephony | 2024-11-01 | 2024-12-04T05:00:00 accepted | received | | of the supplier with the incident, and received
Z99011 | digital_telephony | 2024-11-01 | none | not_received | not_participating | participation pending until 30 November
Z99032 | digital_telephony | 2024-11-01 | none | not_received | unexplained | single gap with one return before it
Z99038 | digital_telephony | 2024-11-01 | 2024-12-12T05:00:00 accepted | received_late | | of the supplier with the incident: seven days late
Z99001 | digital_telephony | 2024-12-01 | 2025-01-06T05:00:00 accepted | received_late | | due on Sunday 5 January: the date does not move
Z99004 | digital_telephony | 2024-12-01 | none | not_received | not_participating | participation declined
Z99011 | digital_telephony | 2024-12-01 | usual | received | | participation accepted from 1 December
Z99050 | digital_telephony | 2024-12-01 | none | not_received | unexplained | single gap with two returns before it
Z99054 | digital_telephony | 2024-12-01 | 2025-01-04T05:00:00 rejected | rejected | rejected_at_source | one attempt, rejected
Z99001 | digital_telephony | 2025-01-01 | usual | not_due | | due on 5 February
# national diabetes audit: quarters, due at the end of the second month after; July to September is not loaded from anyone
Z99005 | national_diabetes_audit | 2024-04-01 | 2024-09-04T04:00:00 accepted | received_late | | four days late
Z99023 | national_diabetes_audit | 2024-04-01 | none | not_received | unexplained | single gap in the first quarter
Z99040 | national_diabetes_audit | 2024-04-01 | 2024-09-02T04:00:00 accepted | received_late | | two days late
Z99056 | national_diabetes_audit | 2024-04-01 | 2024-08-20T04:00:00 rejected | rejected | rejected_at_source | one attempt, rejected
Z99001 | national_diabetes_audit | 2024-07-01 | usual | not_known | source_not_loaded | nothing is loaded from anyone, and it was due on 30 November
Z99028 | national_diabetes_audit | 2024-07-01 | usual | not_known | source_not_loaded | nothing is loaded from anyone, and it was due on 30 November
Z99034 | national_diabetes_audit | 2024-07-01 | usual | not_required | not_open | opened within the quarter
Z99001 | national_diabetes_audit | 2024-10-01 | usual | not_due | | due on 28 February
# annual return: known due date 25 November 2024
Z99002 | annual_return | 2024-04-01 | 2024-11-26T09:05:00 accepted | received_late | | one day late
Z99014 | annual_return | 2024-04-01 | none | not_required | not_open | closed on 30 September, before the due date
Z99015 | annual_return | 2024-04-01 | 2024-11-22T16:50:00 rejected | rejected | rejected_at_source | one attempt, rejected
Z99020 | annual_return | 2024-04-01 | 2024-12-09T10:15:00 accepted | received_late | | two weeks late
Z99025 | annual_return | 2024-04-01 | none | not_received | unexplained | not received
Z99030 | annual_return | 2024-04-01 | 2024-11-18T09:00:00 rejected, 2024-11-25T17:30:00 accepted | received | | rejected, then accepted on the due day
Z99033 | annual_return | 2024-04-01 | none | not_required | not_open | closed on 15 November, before the due date
Z99034 | annual_return | 2024-04-01 | usual | received | | opened within the year and open on the due date
Z99045 | annual_return | 2024-04-01 | 2025-01-14T14:00:00 accepted | received_late | | seven weeks late
Z99049 | annual_return | 2024-04-01 | none | not_received | unexplained | not received
Z99051 | annual_return | 2024-04-01 | none | not_due | | extended to 14 February 2025
Z99001 | annual_return | 2024-04-01 | 2024-11-20T11:00:00 accepted | received | | asked on 14 October without a date: the known date of the year holds, not 28 days
# returns with no due date, events that did not happen
Z99001 | indicators_no_longer_in_qof | 2024-04-01 | usual | no_due_date | | no date given for the year
Z99001 | alcohol_and_dementia | 2024-04-01 | usual | no_due_date | | no date given for the year
Z99010 | overseas_visitors | 2024-04-01 | none | no_event | | nothing happened, or nothing was said
Z99001 | referral_exception | 2024-04-01 | none | no_event | | nothing happened, or nothing was said
Z99060 | overseas_visitors | 2024-04-01 | none | not_required | no_registered_patients | a hub with no registered list
Z99012 | overseas_visitors | 2024-04-01 | none | not_required | contract_type | APMS
Z99047 | referral_exception | 2024-04-01 | none | not_required | contract_type | APMS
# declarations of networks: due on 30 March 2025
U99001 | declaration_digital_telephony | 2024-04-01 | 2024-10-22T10:00:00 accepted | received | | declared early
U99001 | declaration_online_requests | 2024-04-01 | 2024-10-22T10:10:00 accepted | received | | declared early
U99001 | declaration_care_navigation | 2024-04-01 | 2024-10-22T10:20:00 accepted | received | | declared early
U99002 | declaration_digital_telephony | 2024-04-01 | 2024-12-10T15:00:00 accepted | received | | declared early
U99005 | declaration_online_requests | 2024-04-01 | 2025-01-15T09:30:00 accepted | received | | declared early
U99005 | declaration_care_navigation | 2024-04-01 | 2025-01-15T09:40:00 accepted | received | | declared early
U99008 | declaration_digital_telephony | 2024-04-01 | 2025-01-20T12:00:00 rejected | not_due | | rejected so far, and not due
U99003 | declaration_care_navigation | 2024-04-01 | none | not_due | | not due until 30 March
# interface assessment of trusts: due on 30 September 2024
RZ1 | interface_assessment | 2024-04-01 | 2024-09-26T14:00:00 accepted | received | | in time
RZ2 | interface_assessment | 2024-04-01 | none | not_received | unexplained | not received
"""

# named: whether the answer names the request; if not, it is matched by organisation, return and day
REQUESTS = """
request | organisation | return | requested | due | subject | named | sent | status | cause | why
REQ-001 | Z99003 | mhra_alerts | 2024-05-13 | 2024-05-17 | Address for safety alerts | yes | 2024-05-15T09:30:00 accepted | received | | answered in time
REQ-002 | Z99046 | mhra_alerts | 2024-05-13 | 2024-05-17 | Address for safety alerts | yes | 2024-05-16T10:00:00 rejected | rejected | rejected_at_source | the address given could not be reached
REQ-003 | Z99008 | information_request | 2024-06-10 | 2024-06-24 | Room and equipment list | yes | 2024-06-20T15:45:00 accepted | received | | answered in time
REQ-004 | Z99027 | information_request | 2024-06-10 | 2024-06-24 | Room and equipment list | no | 2024-07-01T12:20:00 accepted | received_late | | answered seven days late, without naming the request
REQ-005 | Z99031 | information_request | 2024-09-02 | 2024-09-16 | Winter plan | yes | none | not_received | unexplained | past due and not answered
REQ-006 | U99003 | medicines_optimisation_assurance | 2024-09-09 | 2024-10-07 | Prescribing measures | yes | 2024-10-01T11:00:00 accepted | received | | answered in time
REQ-007 | U99007 | medicines_optimisation_assurance | 2024-09-09 | 2024-10-07 | Prescribing measures | yes | none | not_received | unexplained | past due and not answered
REQ-008 | Z99029 | mhra_alerts | 2024-10-07 | | Address for safety alerts | no | 2024-10-09T13:15:00 accepted | received | | answered; no date was set
REQ-009 | Z99001 | annual_return | 2024-10-14 | | Annual return 2024/25 | no | none | | | makes no row of its own: the year has a known date
REQ-010 | Z99010 | triage_assurance | 2024-10-21 | 2024-11-04 | Triage within core hours | yes | 2024-11-04T17:55:00 accepted | received | | answered on the due day
REQ-011 | Z99038 | triage_assurance | 2024-10-21 | 2024-11-04 | Triage within core hours | yes | none | not_received | unexplained | past due and not answered
REQ-012 | Z99018 | information_request | 2024-11-04 | | Premises survey | yes | none | no_due_date | | not answered; no date was set
REQ-013 | Z99012 | information_request | 2024-11-04 | 2024-11-18 | Premises survey | yes | none | not_required | contract_type | APMS
REQ-014 | Z99013 | reasonable_needs_assurance | 2025-01-13 | 2025-02-14 | Cover in core hours | yes | none | not_due | | due in two weeks
REQ-015 | Z99052 | reasonable_needs_assurance | 2025-01-13 | 2025-01-31 | Cover in core hours | yes | none | not_due | | due today, so not late yet
"""

EVENTS = """
organisation | return | day | sent
Z99001 | overseas_visitors | 2024-05-14 | 2024-05-17T10:00:00 accepted
Z99001 | overseas_visitors | 2024-08-02 | 2024-08-06T10:00:00 accepted
Z99007 | overseas_visitors | 2024-06-19 | 2024-06-25T10:00:00 accepted
Z99016 | overseas_visitors | 2024-09-03 | 2024-09-03T16:00:00 accepted
Z99024 | overseas_visitors | 2024-04-22 | 2024-04-29T10:00:00 accepted
Z99032 | overseas_visitors | 2024-11-11 | 2024-11-13T10:00:00 accepted
Z99038 | overseas_visitors | 2025-01-08 | 2025-01-10T10:00:00 accepted
Z99044 | overseas_visitors | 2024-10-01 | 2024-10-04T10:00:00 nil
Z99055 | overseas_visitors | 2024-07-23 | 2024-07-30T10:00:00 accepted
Z99009 | referral_exception | 2024-06-05 | 2024-06-06T09:00:00 accepted
Z99026 | referral_exception | 2024-10-16 | 2024-10-16T11:30:00 accepted
Z99050 | referral_exception | 2024-12-03 | 2024-12-04T09:00:00 accepted
"""


class Gap(NamedTuple):
    """A gap that many share: each member is missing `return_code` for `period`, the rejected ones after an attempt."""

    kind: str
    return_code: str
    period: str
    subject: str  # a supplier's name, or a sub-ICB
    cause: str
    members: str  # the last two digits of the practice codes
    rejected: str
    rejected_at: str
    why: str


GAPS = [
    Gap(
        "supplier_gap",
        "online_and_video_consultations",
        "2024-08-01",
        "Onform Limited",
        "supplier_wide",
        "02 03 08 13 17 18 22 23 27 28 32 33 37 38 42 48 53 57 58",
        "18",
        "2024-09-12T06:00:00",
        "19 of the 24 practices of Onform Limited are missing",
    ),
    Gap(
        "supplier_gap",
        "digital_telephony",
        "2024-11-01",
        "Tern Communications",
        "known_incident",
        "08 18 19 28 29 39 48 49 58 59",
        "19",
        "2024-12-03T05:00:00",
        "10 of the 12 practices of Tern Communications are missing, and an incident notice names it",
    ),
    Gap(
        "supplier_gap",
        "digital_telephony",
        "2024-12-01",
        "Curlew Voice",
        "supplier_wide",
        "05 06 07 15 16 17 21 25 26 27 35 36 37 45 46 47 55 56 57",
        "26",
        "2025-01-03T05:00:00",
        "all 19 practices of Curlew Voice are missing, one of them with a second supplier",
    ),
    Gap(
        "area_gap",
        "workforce",
        "2024-10-01",
        "Z1B",
        "area_wide",
        "41 43 44 46 48 50 51 52 53 55 56 57 59",
        "43",
        "2024-10-30T14:00:00",
        "13 of the 19 practices asked in sub-ICB Z1B are missing",
    ),
]

NOTICES = """
notice_id | return_code | kind | period_start | scope | scope_value | new_due_on | from_on | to_on | reason | reference
N-01 | appointments | paused | 2024-07-01 | national | | | | | National collection platform replaced; no collection for July 2024 | DEMO/24/07
N-02 | workforce | exempt | | organisation | Z99022 | | 2024-06-01 | 2024-08-31 | Premises flooded; records moved | DEMO/24/11
N-03 | workforce | extended | 2024-12-01 | national | | 2025-01-07 | | | Extract moved over the holidays | DEMO/24/19
N-04 | annual_return | extended | 2024-04-01 | organisation | Z99051 | 2025-02-14 | | | Later date agreed with the practice | DEMO/24/20
N-05 | digital_telephony | incident | | supplier | tern communications ltd | | 2024-11-11 | 2024-12-02 | Reporting service of the supplier unavailable | DEMO/24/17
N-06 | workforce | incident | 2024-11-01 | organisation | Z99037 | | | | Network outage at the practice in the last week | DEMO/24/18
"""

PARTICIPATION = """
organisation_code | return_code | state | from_on | to_on
Z99004 | digital_telephony | declined | 2024-09-12 |
Z99011 | digital_telephony | pending | 2024-09-01 | 2024-11-30
Z99011 | digital_telephony | accepted | 2024-12-01 |
Z99024 | online_and_video_consultations | accepted | 2022-02-01 | 2024-11-30
Z99024 | online_and_video_consultations | withdrawn | 2024-12-01 |
"""

# Four good rows, a duplicate of the first, one with a count that cannot be read, and one row for each reason for which
# a row of a log is rejected (given last; not written).
MISTAKES = """
organisation_code | return_code | period_start | submitted_at | outcome | record_count | submission_id | request_id | detail | reason
Z99003 | overseas_visitors | 2024-07-09 | 2024-07-11T10:20:00 | accepted | 1 | MX-01 | | |
Z99019 | overseas_visitors | 2024-08-27 | 2024-08-29T09:10:00 | accepted | 2 | MX-02 | | |
Z99020 | workforce | 2024-09-01 | | accepted | 18 | MX-03 | | | missing_value
Z99-05? | workforce | 2024-09-01 | 2024-09-25T10:00:00 | accepted | 21 | MX-04 | | | bad_code
Z99023 | workforce | 2024-09-31 | 2024-09-25T10:05:00 | accepted | 17 | MX-05 | | | bad_date
Z99024 | workforce | 2024-09-01 | 2024-09-25T10:10:00 | sent | 22 | MX-06 | | | bad_outcome
Z99025 | workforce | 2024-09-01 | 2024-09-25T10:15:00 | accepted | twelve | MX-07 | | | left out: record_count
Z99026 | staff_survey | 2024-09-01 | 2024-09-25T10:20:00 | accepted | 16 | MX-08 | | | unknown_return
Z99027 | national_diabetes_audit | 2024-05-01 | 2024-09-25T10:25:00 | accepted | 310 | MX-09 | | | period_not_of_return
Z99029 | workforce | 2024-09-01 | 2099-09-25T10:30:00 | accepted | 19 | MX-10 | | | submitted_in_future
Z99030 | workforce | 2024-09-01 | 2024-07-30T10:35:00 | accepted | 20 | MX-11 | | | before_period
Z99003 | overseas_visitors | 2024-07-09 | 2024-07-11T10:20:00 | accepted | 1 | MX-01 | | | duplicate
Z99052 | overseas_visitors | 2024-10-21 | 2024-10-23T14:00:00 | accepted | 1 | MX-12 | | |
Z99041 | referral_exception | 2024-11-19 | 2024-11-19T17:00:00 | accepted | 1 | MX-13 | | |
"""
UNMATCHED = (
    "Z99099",
    "workforce",
    "2024-11-01",
    "2024-11-27T10:00:00 accepted",
)  # an organisation that is not in the register

LOGS = {  # file: the returns in it, and the supplier or the months where a return is parted over several files
    "submission_log_appointments_larch.csv": (["appointments"], "Larch Systems"),
    "submission_log_appointments_rowan.csv": (["appointments"], "Rowan Clinical"),
    "submission_log_online_askwell.csv": (["online_and_video_consultations"], "Askwell Ltd"),
    "submission_log_online_onform.csv": (["online_and_video_consultations"], "Onform Limited"),
    "submission_log_telephony.csv": (["digital_telephony"], None),
    "submission_log_workforce_apr_to_aug.csv": (["workforce"], ("2024-04-01", "2024-08-01")),
    "submission_log_workforce_sep_to_jan.csv": (["workforce"], ("2024-09-01", "2025-01-01")),
    "submission_log_diabetes_audit.csv": (["national_diabetes_audit"], None),
    "submission_log_annual_return.csv": (["annual_return"], None),
    "submission_log_declarations_and_interface.csv": (
        [
            "declaration_digital_telephony",
            "declaration_online_requests",
            "declaration_care_navigation",
            "interface_assessment",
        ],
        None,
    ),
    "submission_log_events.csv": (["overseas_visitors", "referral_exception"], None),
    "submission_log_answers_to_requests.csv": (
        ["information_request", "mhra_alerts", "triage_assurance", "medicines_optimisation_assurance"],
        None,
    ),
}

ORGANISATION_COLUMNS = [
    "organisation_code",
    "organisation_name",
    "organisation_kind",
    "contract_type",
    "icb_code",
    "icb_name",
    "sub_icb_code",
    "pcn_code",
    "clinical_supplier",
    "telephony_supplier",
    "online_supplier",
    "list_size",
    "opened_on",
    "closed_on",
    "successor_code",
    "valid_from",
    "valid_to",
]
LOG_COLUMNS = [
    "organisation_code",
    "return_code",
    "period_start",
    "submitted_at",
    "outcome",
    "record_count",
    "submission_id",
    "request_id",
    "detail",
]
FINDING_COLUMNS = [
    "kind",
    "return_code",
    "period_start",
    "organisation_code",
    "request_id",
    "supplier",
    "area_code",
    "status",
    "cause",
    "organisations",
]
STATUS_COLUMNS = ["organisation_code", "return_code", "period_start", "request_id", "status", "cause", "why"]

# ---------------------------------------------------------------------------------------------------------------------
# Reading the plan
# ---------------------------------------------------------------------------------------------------------------------


def table(text: str) -> list[dict[str, str]]:
    """The rows of one of the tables above, by column name."""
    lines = [line for line in text.strip().splitlines() if not line.startswith("#")]
    header, *rows = ([cell.strip() for cell in line.split("|")] for line in lines)
    return [dict(zip(header, row, strict=True)) for row in rows]


def attempts(sent: str) -> list[tuple[str, str]]:
    """`none`, or `<submitted_at> <outcome>, ...` as pairs."""
    if sent == "none":
        return []
    return [(at, outcome) for at, outcome in map(str.split, sent.split(","))]


def spread(key: str, below: int) -> int:
    """A number from 0 to below - 1, always the same for the same key: variety without chance."""
    return zlib.crc32(key.encode()) % below


def code(number: int) -> str:
    return f"Z99{number:03d}"


def members(gap: Gap) -> list[str]:
    return [f"Z990{digits}" for digits in gap.members.split()]


def planned_attempts() -> dict[tuple[str, str, str], list[tuple[str, str]]]:
    """What is sent instead of the usual, by organisation, return and period."""
    plan = {
        (row["organisation"], row["return"], row["period"]): attempts(row["sent"])
        for row in table(PLANTED)
        if row["sent"] != "usual"
    }
    for gap in GAPS:
        for member in members(gap):
            key = (member, gap.return_code, gap.period)
            if key in plan:
                raise ValueError(f"planned twice: {key}")
            plan[key] = [(gap.rejected_at, "rejected")] if member[-2:] == gap.rejected else []
    organisation, return_code, period, sent = UNMATCHED
    return plan | {(organisation, return_code, period): attempts(sent)}


# ---------------------------------------------------------------------------------------------------------------------
# The organisations
# ---------------------------------------------------------------------------------------------------------------------


def practice_name(number: int) -> str:
    if code(number) == HUB:
        return "Northmoor Extended Access Hub"
    begin, end = divmod(number - 1, len(NAME_ENDS))
    return f"{NAME_BEGINS[begin]}{NAME_ENDS[end]} {NAME_KINDS[number % 4]}"


def pcn_of(number: int) -> tuple[str, str]:
    """PCN (none for the hub) and sub-ICB of a practice."""
    return next(((pcn, sub_icb) for pcn, (_, sub_icb, last) in PCNS.items() if number <= last), ("", "Z1A"))


def clinical_supplier(number: int) -> str:
    return "Larch Systems" if number % 5 in (0, 1, 2) else "Rowan Clinical"


def telephony_supplier(number: int) -> str:
    if code(number) == TWO_TELEPHONY_SUPPLIERS:
        return "Bellwether Telecom;Curlew Voice"
    return "Bellwether Telecom" if number % 10 < 5 else "Curlew Voice" if number % 10 < 8 else "Tern Communications"


def online_supplier(number: int) -> str:
    return "Onform Limited" if number % 5 in (2, 3) else "Askwell Ltd"


def contract_type(number: int) -> str:
    if code(number) == HUB:
        return ""
    return "APMS" if code(number) in APMS else "PMS" if number % 7 == 0 else "GMS"


def list_size(number: int) -> int | str:
    return "" if code(number) == HUB else 2100 + spread(f"list {code(number)}", 13000)


def practice_rows(number: int) -> list[dict]:
    """One row, or two where the online supplier changed."""
    practice, (pcn, sub_icb) = code(number), pcn_of(number)
    row = {
        "organisation_code": practice,
        "organisation_name": practice_name(number),
        "organisation_kind": "practice",
        "contract_type": contract_type(number),
        "icb_code": ICB,
        "icb_name": ICB_NAME,
        "sub_icb_code": sub_icb,
        "pcn_code": pcn,
        "list_size": list_size(number),
        "opened_on": OPENED.get(practice, ""),
        "closed_on": CLOSED.get(practice, ""),
        "successor_code": SUCCESSOR.get(practice, ""),
    }
    if practice != HUB:
        row |= {
            "clinical_supplier": clinical_supplier(number),
            "telephony_supplier": telephony_supplier(number),
            "online_supplier": online_supplier(number),
        }
    if practice == CHANGED_ONLINE_SUPPLIER:
        return [
            row | {"valid_to": LAST_DAY_BEFORE_CHANGE},
            row | {"online_supplier": "Onform Limited", "valid_from": CHANGED_ON},
        ]
    return [row]


def organisation_rows() -> list[dict]:
    icb = {"icb_code": ICB, "icb_name": ICB_NAME}
    pcns = [
        {"organisation_code": pcn, "organisation_name": name, "organisation_kind": "pcn", "sub_icb_code": sub_icb} | icb
        for pcn, (name, sub_icb, _) in PCNS.items()
    ]
    trusts = [
        {"organisation_code": trust, "organisation_name": name, "organisation_kind": "trust"} | icb
        for trust, name in TRUSTS.items()
    ]
    return [row for number in PRACTICES for row in practice_rows(number)] + pcns + trusts


def registered_patient_rows() -> list[dict]:
    """In the layout of the published list: practices open on 1 January 2025, without the hub."""
    ons = {"Z1A": "E38999001", "Z1B": "E38999002"}
    return [
        {
            "PUBLICATION": "GP_PRAC_PAT_LIST",
            "EXTRACT_DATE": "2025-01-01",
            "TYPE": "GP",
            "SUB_ICB_LOCATION_CODE": pcn_of(number)[1],
            "ONS_SUB_ICB_LOCATION_CODE": ons[pcn_of(number)[1]],
            "CODE": code(number),
            "POSTCODE": f"ZZ{number % 9 + 1} {number % 8 + 1}ZZ",
            "SEX": "ALL",
            "AGE": "ALL",
            "NUMBER_OF_PATIENTS": list_size(number),
        }
        for number in PRACTICES
        if code(number) != HUB and code(number) not in CLOSED
    ]


# ---------------------------------------------------------------------------------------------------------------------
# What is sent
# ---------------------------------------------------------------------------------------------------------------------


def month_after(first_day: str) -> date:
    return (date.fromisoformat(first_day) + timedelta(days=32)).replace(day=1)


def open_throughout(practice: str, first_day: str) -> bool:
    last_day = (month_after(first_day) - timedelta(days=1)).isoformat()
    return OPENED.get(practice, "") <= first_day and last_day <= CLOSED.get(practice, "9999")


def sends(practice: str, return_code: str, period: str) -> bool:
    """Whether a return arrives in a quiet year."""
    if practice == HUB or (return_code, period) == PAUSED:
        return False
    if return_code == "annual_return":
        return practice not in CLOSED
    exempt, exempt_return, exempt_periods = EXEMPT
    if (practice, return_code) == (exempt, exempt_return) and period in exempt_periods:
        return False
    if (return_code, period) == ("workforce", "2025-01-01") and spread(practice, 10) >= 6:
        return False  # four in ten have not sent January's yet, on its due day
    return open_throughout(practice, period)


USUAL = {  # return: periods in the log, first day after the period's first day (or the next month's), days it is spread over
    "workforce": (MONTHS, "same month", 17, 10),
    "appointments": (MONTHS[:-1], "next month", 7, 12),
    "online_and_video_consultations": (MONTHS[:-1], "next month", 4, 12),
    "digital_telephony": (MONTHS[6:-1], "next month", 0, 4),
    "national_diabetes_audit": ([YEAR], "August", 4, 18),
    "annual_return": ([YEAR], "October", 13, 36),
}


def usual_attempt(practice: str, return_code: str, period: str) -> tuple[str, str]:
    """The one accepted attempt of a quiet month, in working hours; some with an offset, most in plain London time."""
    _, begins, first, days = USUAL[return_code]
    day_one = {
        "same month": date.fromisoformat(period),
        "next month": month_after(period),
        "August": date(2024, 8, 1),
        "October": date(2024, 10, 1),
    }[begins]
    key = f"{practice} {return_code} {period}"
    day = day_one + timedelta(days=first + spread(key, days))
    sent = datetime(day.year, day.month, day.day, 9, 0) + timedelta(minutes=spread(key + " minute", 8 * 60))
    summer = day < date(2024, 10, 27)
    if spread(key + " style", 12) == 0:
        return sent.isoformat() + ("+01:00" if summer else "+00:00"), "accepted"
    if spread(key + " style", 12) == 1:
        return (sent - timedelta(hours=summer)).isoformat() + "Z", "accepted"
    return sent.isoformat(), "accepted"


def record_count(organisation: str, return_code: str, outcome: str) -> int | str:
    if outcome != "accepted":
        return 0 if outcome == "nil" else ""
    sizes = {
        "appointments": 4000,
        "digital_telephony": 6000,
        "online_and_video_consultations": 900,
        "national_diabetes_audit": 600,
        "workforce": 25,
    }
    size = sizes.get(return_code)
    return size // 2 + spread(f"{organisation} {return_code}", size) if size else 1


def log_rows_of(
    organisation: str, return_code: str, period: str, sent: list[tuple[str, str]], request_id: str = ""
) -> list[dict]:
    detail = {"rejected": "Did not pass validation", "nil": "Nothing to report"}
    initials = "".join(word[0] for word in return_code.split("_")).upper()
    return [
        {
            "organisation_code": organisation,
            "return_code": return_code,
            "period_start": period,
            "submitted_at": submitted_at,
            "outcome": outcome,
            "record_count": record_count(organisation, return_code, outcome),
            "submission_id": f"{initials}-{organisation}-{period}-{n}",
            "request_id": request_id,
            "detail": detail.get(outcome, ""),
        }
        for n, (submitted_at, outcome) in enumerate(sent, 1)
    ]


@cache
def log_rows() -> list[dict]:
    """Every attempt of the sample, apart from those in the file with mistakes."""
    plan = {
        (code(n), return_code, period): [usual_attempt(code(n), return_code, period)]
        for return_code, (periods, *_) in USUAL.items()
        for period in periods
        for n in PRACTICES
        if sends(code(n), return_code, period)
    }
    plan |= planned_attempts()
    rows = [row for key, sent in plan.items() for row in log_rows_of(*key, sent)]
    for event in table(EVENTS):
        rows += log_rows_of(event["organisation"], event["return"], event["day"], attempts(event["sent"]))
    for request in table(REQUESTS):
        request_id = request["request"] if request["named"] == "yes" else ""
        rows += log_rows_of(
            request["organisation"], request["return"], request["requested"], attempts(request["sent"]), request_id
        )
    return sorted(
        rows, key=lambda row: (row["period_start"], row["organisation_code"], row["return_code"], row["submission_id"])
    )


def belongs(row: dict, returns: list[str], part: str | tuple[str, str] | None) -> bool:
    """Whether a row of the log goes into the file with these returns, and this supplier or these months."""
    if row["return_code"] not in returns or part is None:
        return row["return_code"] in returns
    if isinstance(part, tuple):
        return part[0] <= row["period_start"] <= part[1]
    organisation, period = row["organisation_code"], row["period_start"]
    if organisation == CHANGED_ONLINE_SUPPLIER and "appointments" not in returns:
        return part == ("Onform Limited" if period >= CHANGED_ON else "Askwell Ltd")
    number = int(organisation[-3:])
    return part == (clinical_supplier(number) if "appointments" in returns else online_supplier(number))


def participation_rows() -> list[dict]:
    """The planted ones, and an acceptance by everyone else for the two collections that suppliers send."""
    planted = table(PARTICIPATION)
    named = {(row["organisation_code"], row["return_code"]) for row in planted}
    since = {"digital_telephony": "2024-09-02", "online_and_video_consultations": "2022-02-01"}
    rows = [
        {
            "organisation_code": code(n),
            "return_code": return_code,
            "state": "accepted",
            "from_on": OPENED.get(code(n), from_on),
            "to_on": CLOSED.get(code(n), ""),
        }
        for return_code, from_on in since.items()
        for n in PRACTICES
        if code(n) != HUB and (code(n), return_code) not in named
    ]
    return sorted(rows + planted, key=lambda row: (row["return_code"], row["organisation_code"], row["from_on"]))


def request_rows() -> list[dict]:
    return [
        {
            "request_id": row["request"],
            "organisation_code": row["organisation"],
            "return_code": row["return"],
            "requested_on": row["requested"],
            "due_on": row["due"],
            "subject": row["subject"],
        }
        for row in table(REQUESTS)
    ]


# ---------------------------------------------------------------------------------------------------------------------
# The right answer, from the plan
# ---------------------------------------------------------------------------------------------------------------------


def status_row(
    organisation: str, return_code: str, period: str, status: str, cause: str, why: str, request_id: str = ""
) -> dict:
    return dict(zip(STATUS_COLUMNS, (organisation, return_code, period, request_id, status, cause, why), strict=True))


def expected_status_rows() -> list[dict]:
    """One row for each thing planted."""
    rows = [
        status_row(r["organisation"], r["return"], r["period"], r["status"], r["cause"], r["why"])
        for r in table(PLANTED)
    ]
    rows += [
        status_row(r["organisation"], r["return"], r["requested"], r["status"], r["cause"], r["why"], r["request"])
        for r in table(REQUESTS)
        if r["status"]
    ]
    events = {(r["organisation"], r["return"]): "an event of the year was sent" for r in table(EVENTS)}
    events |= {
        (r["organisation_code"], r["return_code"]): "a good row in the file with mistakes"
        for r in table(MISTAKES)
        if not r["reason"]
    }
    rows += [status_row(*key, YEAR, "received", "", why) for key, why in events.items()]
    for gap in GAPS:
        rows += [
            status_row(
                member,
                gap.return_code,
                gap.period,
                "rejected" if member[-2:] == gap.rejected else "not_received",
                gap.cause,
                gap.why,
            )
            for member in members(gap)
        ]
    return sorted(
        rows,
        key=lambda row: [row[column] for column in ("return_code", "period_start", "organisation_code", "request_id")],
    )


def single_findings(rows: list[dict]) -> list[dict]:
    """A finding for each late arrival and each absence that goes on, of what no shared gap stands for."""
    shared = {(member, gap.return_code, gap.period) for gap in GAPS for member in members(gap)}
    own = [row for row in rows if (row["organisation_code"], row["return_code"], row["period_start"]) not in shared]
    late = [row for row in own if row["status"] == "received_late" and late_key(row) not in LATE_WITHIN_A_GAP]
    found = [finding("late_return", row, row) for row in late]
    absences: dict[tuple, list[dict]] = {}
    for row in own:
        if row["status"] in ("not_received", "rejected"):
            absences.setdefault(absence_key(row), []).append(row)
    # What is received later ends an absence; an answer to a request ends no other.
    found += [finding("missing_return", absent[0], absent[-1]) for key, absent in absences.items() if key[-1] is None]
    return found


def late_key(row: dict) -> tuple[str, str, str]:
    return row["organisation_code"], row["return_code"], row["period_start"]


def absence_key(row: dict) -> tuple:
    """The same for the periods of one absence; its last part is the period that ends it, None where nothing does."""
    of_return = (row["organisation_code"], row["return_code"])
    if row["request_id"] or row["cause"] == "known_incident":
        return (*of_return, row["request_id"], row["period_start"], None)
    later = [
        sent["period_start"]
        for sent in log_rows()
        if (sent["organisation_code"], sent["return_code"]) == of_return
        and sent["outcome"] in ("accepted", "nil")
        and row["period_start"] < sent["period_start"]
    ]
    return (*of_return, min(later, default=None))


def finding(kind: str, first: dict, last: dict) -> dict:
    """From its first period on, with the cause of its last."""
    subject = {column: first.get(column, "") for column in FINDING_COLUMNS}
    return subject | {"kind": kind, "status": last["status"], "cause": last["cause"], "organisations": 1}


def expected_finding_rows() -> list[dict]:
    """Every finding that must be open as of AS_OF. The status of a shared gap is blank: it stands for both kinds."""
    rows = single_findings(expected_status_rows())
    for gap in GAPS:
        subject = "supplier" if gap.kind == "supplier_gap" else "area_code"
        rows.append(
            {
                "kind": gap.kind,
                "return_code": gap.return_code,
                "period_start": gap.period,
                subject: gap.subject,
                "cause": gap.cause,
                "organisations": len(members(gap)),
            }
        )
    rows.append(
        {
            "kind": "source_not_loaded",
            "return_code": NOT_LOADED[0],
            "period_start": NOT_LOADED[1],
            "status": "not_known",
            "cause": "source_not_loaded",
            "organisations": ASKED_FOR_NOT_LOADED,
        }
    )
    # Rows that could not be read, by the return that they name, if any; the other mistakes are about what is received.
    rows += [
        {"kind": "row_rejected", "return_code": code, "cause": "row_rejected", "organisations": 0}
        for code in ("", "workforce")
    ]
    return sorted(rows, key=lambda row: [row.get(column, "") for column in FINDING_COLUMNS[:5]])


# ---------------------------------------------------------------------------------------------------------------------
# Writing
# ---------------------------------------------------------------------------------------------------------------------

SETTINGS = f"""\
# The workspace of the sample. Everything in it is fictional.
as_of = {AS_OF}                 # the day of the sample is frozen; leave this out in real use
monitor_from = 2024-04-01            # no return is expected for a period that starts earlier
icbs = ["{ICB}"]

[[collective_action]]                # periods of collective action, as dated facts
name = "GPC England collective action 2024/25"
start = 2024-08-01
end = 2025-02-27

[causes]
supplier_min_organisations = 5
supplier_min_share = 0.5

# There is no [mail]: messages are written to outbox/ as files.
"""


def write_csv(path: Path, columns: list[str], rows: list[dict]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_logs(folder: Path) -> None:
    rows = log_rows()
    written = 0
    for name, (returns, part) in LOGS.items():
        own = [row for row in rows if belongs(row, returns, part)]
        write_csv(folder / name, LOG_COLUMNS, own)
        written += len(own)
    if written != len(rows):
        raise ValueError(f"{len(rows)} rows in the log, {written} in its files: LOGS leaves some out or repeats some")
    mistakes = [{column: row[column] for column in LOG_COLUMNS} for row in table(MISTAKES)]
    write_csv(folder / "submission_log_with_mistakes.csv", LOG_COLUMNS, mistakes)


def write_all(folder: Path) -> None:
    write_csv(folder / "organisations.csv", ORGANISATION_COLUMNS, organisation_rows())
    patients = registered_patient_rows()
    write_csv(folder / "registered_patients.csv", list(patients[0]), patients)
    write_logs(folder)
    for name, rows in {
        "requests": request_rows(),
        "notices": table(NOTICES),
        "participation": participation_rows(),
    }.items():
        write_csv(folder / f"{name}.csv", list(rows[0]), rows)
    write_csv(folder / "expected_status.csv", STATUS_COLUMNS, expected_status_rows())
    write_csv(folder / "expected_findings.csv", FINDING_COLUMNS, expected_finding_rows())
    (folder / "monitor.toml").write_text(SETTINGS, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
