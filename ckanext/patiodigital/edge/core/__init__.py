"""The layer in front of public answers, as plain WSGI: no CKAN, no Flask, no database."""
