-- The silences that were not ended by hand; whether one still holds is for the policy to say.
SELECT until_at, matter_id, kind, return_code, supplier_key(supplier) AS supplier_key, organisation_code, area_code
FROM data.silence
WHERE silence_id NOT IN (SELECT silence_id FROM data.silence_ended)
