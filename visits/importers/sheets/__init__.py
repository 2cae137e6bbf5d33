"""Spreadsheets of meetings: CSV and XLSX, a row a meeting.

``reading`` makes plain rows of bytes, ``judging`` says of each row what becomes of it, ``loading`` brings the good
ones into the database. The first two know no database.
"""
