"""Rows of our tables as the documents of Prato Aberto, the department's menu API.

The other way round is ``harvesters/core/prato_aberto``. Which route answers what, and where that differs from the
department's, stands in docs/prato-aberto-api.md.
"""
