"""Personal data that must never enter a table.

Only what can be told with certainty is looked for: a CPF (the Brazilian taxpayer number) in its written
form with check digits that hold. Receita Federal's rule: each check digit is the weighted sum of the
digits before it, modulo 11.
"""

from __future__ import annotations

import re

_CPF = re.compile(r"(?<!\d)(\d{3})\.(\d{3})\.(\d{3})-(\d{2})(?!\d)")


def _check_digit(digits: str) -> str:
    weights = range(len(digits) + 1, 1, -1)
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) * 10 % 11
    return str(remainder % 10)


def holds_cpf(text: str) -> bool:
    """Whether ``text`` holds a written CPF with valid check digits."""
    for match in _CPF.finditer(text):
        body, check = "".join(match.groups()[:3]), match.group(4)
        first = _check_digit(body)
        if check == first + _check_digit(body + first):
            return True
    return False
