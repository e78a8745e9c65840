"""Prato Aberto's documents to rows of our tables, and what to ask for where only its public routes are open.

The documents are MongoDB's, as its API prints them: dates as text ``YYYYMMDD``, codes spelled as in the
registers (``A - ALMOCO``), EOL codes as numbers without their leading zeros. Its quirks are numbered B1 to
B11 in docs/prato-aberto.md.

A mapper takes one document and gives rows (cells in the order of the table's columns, without ``run``), or what
could not be mapped, with the reason. None raises on any JSON value.
"""
