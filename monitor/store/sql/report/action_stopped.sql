-- Of each period of collective action and return the first $most that stopped; stopped counts all of them.
SELECT action, return_code, organisation_code, organisation_name, period_start, due_on,
       count(*) OVER (PARTITION BY action, return_code) AS stopped
FROM stopped_in_action
QUALIFY row_number() OVER (PARTITION BY action, return_code ORDER BY due_on, organisation_code, period_start) <= $most
ORDER BY action, return_code, due_on, organisation_code, period_start
