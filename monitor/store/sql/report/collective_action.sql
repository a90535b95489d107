SELECT name, start_on, end_on FROM collective_action ORDER BY start_on, name
