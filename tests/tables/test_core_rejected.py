"""What one load sets aside, bounded whatever the source sends."""

from ckanext.patiodigital.tables.core.reasons import LINES_LIMIT, UNCLEAR_LIMIT, Fault, Reason, Rejected

FAULT = Fault("eol", "", Reason.REQUIRED, "Missing.")


def test_all_rows_are_counted_and_only_so_many_listed():
    rejected = Rejected("run")
    for number in range(LINES_LIMIT + 10):
        rejected.add(str(number), [FAULT], "")
    assert (rejected.rows, len(rejected.lines)) == (LINES_LIMIT + 10, LINES_LIMIT)


def test_clear_and_unclear_keys_are_told_apart():
    rejected = Rejected("run")
    rejected.keep(("2026-02-03", "a"))
    rejected.keep((None, "a"))
    rejected.keep((None, "a"))
    assert (rejected.keys, rejected.unclear) == ([("2026-02-03", "a")], {(None, "a")})


def test_too_many_unclear_keys_mean_that_nothing_is_clear():
    rejected = Rejected("run")
    for number in range(UNCLEAR_LIMIT + 10):
        rejected.keep((None, str(number)))
    assert (None, None) in rejected.unclear
    assert len(rejected.unclear) <= UNCLEAR_LIMIT
