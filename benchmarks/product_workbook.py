"""The rows of a CSV file written by the product's own writer of spreadsheets."""

import csv
import sys

from practicesync.core.workbook import Sheet, write_workbook

with open(sys.argv[1], newline="", encoding="utf-8") as rows, open(sys.argv[2], "wb") as book:
    found = csv.reader(rows)
    header = next(found)
    write_workbook(book, [Sheet("Rows", header, [20] * len(header), found)])
