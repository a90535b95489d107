FROM action_change ORDER BY action, return_code, group_kind, group_code
