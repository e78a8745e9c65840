"""What editors read on a dataset's page: how it fares in the feeds, in words, with the field that mends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import ckantoolkit as tk

from ckanext.patiodigital.dcat import store
from ckanext.patiodigital.form_fields import address

#: What the yardsticks are called.
_NAMES = {"dcat_ap": "DCAT-AP 3.0.1", "dcat_br": "DCAT-BR 1.0", "dcat_us": "DCAT-US 3.0"}
_MOST_MESSAGES = 10


class GapInWords(NamedTuple):
    """Something to mend: in which field, where that is, and what is the matter."""

    where: str
    address: str
    what: str


class Judgement(NamedTuple):
    """What a profile's shapes say."""

    name: str
    sentence: str
    messages: list[str]


class Report(NamedTuple):
    """All of it."""

    sentence: str
    gaps: list[GapInWords]
    judgements: list[Judgement]


def report(package: Mapping[str, Any]) -> Report:
    """How a public dataset fares in the feeds."""
    found = store.record(package["id"])
    if found is None or found.state == "gone":
        return Report(tk._("It is being read into the feeds; that takes seconds. Open the page again."), [], [])
    if found.error and found.state == "left_out":
        sentence = tk._("It could not be described, so it is left out of the feeds: {error}").format(error=found.error)
    elif found.error:
        sentence = tk._("Its last change could not be described, so the feeds still show it as it was: {error}").format(
            error=found.error
        )
    else:
        sentence = tk._("It stands in the feeds that other portals read.")
    gaps = [_in_words(package, gap) for gap in found.gaps or []]
    checked = found.findings or {} if found.checked == found.sequence else {}
    return Report(sentence, gaps, list(_judgements(checked)))


def _in_words(package: Mapping[str, Any], gap: Mapping[str, Any]) -> GapInWords:
    name, resource = gap["field"], gap["resource"]
    where = _label(package, name, resource)
    if resource:
        of = next((each.get("name") for each in package["resources"] if each["id"] == resource), None)
        where = f"{where} ({of or resource[:8]})"
    return GapInWords(where, address(package["name"], name, resource), _matter(gap))


def _matter(gap: Mapping[str, Any]) -> str:
    value = gap.get("value") or ""
    match gap["kind"]:
        case "unusable":
            return str(tk._("“{value}” can't be used, and was left out.").format(value=value))
        case "unknown_code":
            return str(tk._("“{value}” stands on no list that other portals know.").format(value=value))
        case "too_short":
            return str(tk._("too short; the portal's own words were added."))
        case _:
            return str(tk._("not filled in."))


def _label(package: Mapping[str, Any], name: str, resource: str | None) -> str:
    """The field's name as the form has it."""
    own = {"size": tk._("Size of the file"), "resources": tk._("Files")}
    if name in own:
        return str(own[name])
    schema = tk.h.scheming_get_dataset_schema(package["type"]) if "scheming_get_dataset_schema" in tk.h else None
    fields = (schema or {}).get("resource_fields" if resource else "dataset_fields", [])
    label = next((field.get("label") for field in fields if field["field_name"] == name), None)
    return str(tk.h.scheming_language_text(label)) if label else name


def _judgements(findings: Mapping[str, list[Mapping[str, str]]]) -> Iterator[Judgement]:
    for profile, found in findings.items():
        told = [each for each in found if each["severity"] != "Info" and not _unavoidable(profile, each)]
        violations = sum(each["severity"] == "Violation" for each in told)
        warnings = len(told) - violations
        if told:
            said = (
                tk.ungettext("{count} violation", "{count} violations", violations).format(count=violations),
                tk.ungettext("{count} warning", "{count} warnings", warnings).format(count=warnings),
            )
            sentence = ", ".join(said) + "."
        else:
            sentence = tk._("no fault.")
        messages = list(dict.fromkeys(each["message"] for each in told))
        yield Judgement(_NAMES[profile], sentence, messages[:_MOST_MESSAGES])


def _unavoidable(profile: str, finding: Mapping[str, str]) -> bool:
    """DCAT-AP warns of each publisher that is no European body, which no editor here can mend."""
    return profile == "dcat_ap" and finding["severity"] == "Warning" and finding["path"].endswith("/publisher")
