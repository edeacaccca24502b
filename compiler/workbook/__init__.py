"""The workbook: the data of a report as a spreadsheet, written for the clerk and read back."""
