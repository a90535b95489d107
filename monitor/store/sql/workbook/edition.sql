-- Differs whenever anything that the workbook shows has changed.
SELECT shown FROM data.snapshot
