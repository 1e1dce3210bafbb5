"""The other side of the spreadsheet: the rows of a CSV file written by xlsxwriter, a row at a time."""

import csv
import sys

import xlsxwriter

with open(sys.argv[1], newline="", encoding="utf-8") as rows, xlsxwriter.Workbook(sys.argv[2]) as book:
    sheet = book.add_worksheet()
    for number, row in enumerate(csv.reader(rows)):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell)
