"""The checks of ``doctor``: each gathers facts from the running parts, and a verdict of ``admin/core`` judges them."""
