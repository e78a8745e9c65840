"""URIs, JSON, SKOS and near misses: no CKAN here."""
