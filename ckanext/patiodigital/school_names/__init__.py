"""Names of schools: how they are read, written out and compared. Pure."""
