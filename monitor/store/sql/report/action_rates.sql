-- What action_rate says, group by group, each with its phases in their order.
FROM action_rate
ORDER BY action, return_code, group_kind, group_code, CASE phase WHEN 'before' THEN 1 WHEN 'during' THEN 2 ELSE 3 END
