-- The codes of every ICB, sub-ICB and PCN to which an organisation in the register belongs or belonged.
SELECT DISTINCT unnest([icb_code, sub_icb_code, pcn_code]) AS code FROM data.organisation_dated
