-- name: action_changes
FROM action_change ORDER BY action, return_code, group_kind, group_code

-- name: action_rates
-- What action_rate says, group by group, each with its phases in their order.
FROM action_rate
ORDER BY action, return_code, group_kind, group_code, CASE phase WHEN 'before' THEN 1 WHEN 'during' THEN 2 ELSE 3 END

-- name: action_stopped
-- Of each period of collective action and return the first $most that stopped; stopped counts all of them.
SELECT action, return_code, organisation_code, organisation_name, period_start, due_on,
       count(*) OVER (PARTITION BY action, return_code) AS stopped
FROM stopped_in_action
QUALIFY row_number() OVER (PARTITION BY action, return_code ORDER BY due_on, organisation_code, period_start) <= $most
ORDER BY action, return_code, due_on, organisation_code, period_start

-- name: collective_action
SELECT name, start_on, end_on FROM collective_action ORDER BY start_on, name
