"""The workbook for those who live in Excel."""
