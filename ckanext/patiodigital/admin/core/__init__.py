"""Verdicts from facts: no CKAN, no SQL, no Flask."""
