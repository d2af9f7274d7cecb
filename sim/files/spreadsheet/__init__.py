"""The script of an exercise (draaiboek, MSEL) as a spreadsheet: XLSX, ODS or CSV, read and written."""
