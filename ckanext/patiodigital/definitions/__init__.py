"""What codes and columns mean: code lists and Table Schemas under their URIs, as pages and as data."""
