-- Up to when files had been loaded, by London's clocks.
SELECT max(loaded_at) AT TIME ZONE 'Europe/London' FROM data.loaded_file WHERE state = 'loaded'
