"""ODI Cidades, the open data index for cities of Open Knowledge Brasil (2023): i1 is a gate, i2 to i11 weigh the same.

The sum, as derived from the published data (2,884 of 2,886 rows agree): 0 where i1 is no; else the mean of i2 to i11
without those that do not apply, times 100, rounded half to even as Python does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rdflib.namespace import DCTERMS

from ckanext.patiodigital.dcat.core.values import bare
from ckanext.patiodigital.dcat.core.writing import DCAT, DCATUS
from ckanext.patiodigital.ranking.core import lists, yardstick
from ckanext.patiodigital.ranking.core.evidence import Evidence
from ckanext.patiodigital.ranking.core.scores import Measured, Score
from ckanext.patiodigital.ranking.core.yardsticks import currency, mqa

NAME = "odi"
WEIGHED = tuple(f"i{number}" for number in range(2, 12))


def points(public: bool, answers: Sequence[bool | None]) -> int:
    """A dataset's index from the gate and its answers; None does not apply."""
    said = [answer for answer in answers if answer is not None]
    return round(100 * sum(said) / len(said)) if public and said else 0


def score(evidence: Evidence) -> Score:
    """The dataset's index, as far as a catalogue can tell what the index's evaluators looked up by hand."""
    told = _answers(evidence)
    total = points(bool(told["i1"]), [bool(told[name]) if told[name] != _NONE else None for name in WEIGHED])
    known = yardstick.load(NAME)
    applying = sum(told[name] != _NONE for name in WEIGHED)
    measured = []
    for metric in known.metrics.values():
        answer = told[metric.id]
        most = 100 / applying if metric.id in WEIGHED and answer != _NONE else 0.0
        if metric.id == "i1":
            # The gate: what is lost without it is everything that the others would have.
            rest = points(True, [bool(told[name]) if told[name] != _NONE else None for name in WEIGHED])
            measured.append(Measured("i1", 0.0, 0.0 if answer else float(rest), pending=answer is None))
        else:
            given = most if answer and told["i1"] and answer != _NONE else 0.0
            most = most if told["i1"] or not answer else 0.0
            measured.append(Measured(metric.id, given, most, pending=answer is None, applies=answer != _NONE))
    return Score(NAME, float(total), known.most, known.band(total), measured)


#: Who asks without a name is sent away.
_LOGIN = (401, 403, 407)
#: In place of an answer: the question makes no sense for the dataset.
_NONE = "does not apply"


def _answers(evidence: Evidence) -> Mapping[str, bool | str | None]:
    view = evidence.view("dcat_ap")
    node, parts = view.node, view.distributions()
    addresses = [address for part in parts if (address := view.first(part, DCAT.accessURL))]
    alive = [evidence.alive(address) for address in addresses]
    reached = True if True in alive else None if None in alive else False
    licences = {bare(each) for part in parts for each in view.all(part, DCTERMS.license)}
    open_file = any(
        mqa.listed(view, part, "machine_readable") and mqa.listed(view, part, "non_proprietary") for part in parts
    )
    metadata = (DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCTERMS.accrualPeriodicity)
    kept = currency.share(evidence)
    return {
        "i1": reached,
        "i2": not any(state and state.status in _LOGIN for state in map(evidence.links.get, addresses)),
        "i3": any(view.has(part, DCAT.accessService) for part in parts),
        "i4": bool(licences & lists.load("licences")),
        "i5": all(view.has(node, each) for each in metadata),
        "i6": evidence.dictionary and view.has(node, DCATUS.describedBy),
        "i7": open_file,
        "i8": evidence.smallest,
        "i9": _NONE if evidence.geolocated is None else evidence.geolocated,
        "i10": _NONE if kept is None else kept == 1.0,
        "i11": evidence.series,
    }
