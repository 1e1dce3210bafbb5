"""Importing clients from a file: upload, columns, every row looked at, the result, the way back."""
