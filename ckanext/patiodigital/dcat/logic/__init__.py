"""Actions and who may do them."""
