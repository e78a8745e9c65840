"""The ranking and scores for programs."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk

from ckanext.patiodigital.ranking import dataset_report, service, views
from ckanext.patiodigital.ranking.core import yardstick
from ckanext.patiodigital.schemas import vocabularies

Document = dict[str, Any]


@tk.side_effect_free
def patiodigital_ranking_show(context: Document, data_dict: Document) -> Document:
    """All departments in order.

    :param by: a yardstick (``mqa``, ``mqm``, ``odi``, ``stars``, ``currency``, ``validity``) or a plain order
        (``datasets``, ``transparency``); ``mqa`` where none is given
    :param subject: the code of a subject; only its datasets count
    :returns: ``by``, ``subject`` and ``departments``, the first first
    """
    tk.check_access("patiodigital_ranking_show", context, data_dict)
    by, subject = data_dict.get("by") or "mqa", data_dict.get("subject") or None
    if by not in service.ORDERS:
        raise tk.ValidationError({"by": [f"Must be one of {', '.join(service.ORDERS)}."]})
    if subject is not None and subject not in vocabularies.load("subjects"):
        raise tk.ValidationError({"subject": ["There is no such subject; /vocabulary/subjects lists all."]})
    return {"by": by, "subject": subject, "departments": views.told_places(by, subject)}


@tk.side_effect_free
def patiodigital_score_show(context: Document, data_dict: Document) -> Document:
    """A dataset by all yardsticks, with what is lost and what to do about it.

    :param id: id or name of the dataset
    :returns: ``waiting`` (not scored yet), ``verdict`` (why the ranking counts it less), and by yardstick ``points``,
        ``most``, ``band``, ``metrics`` and ``advice``
    """
    tk.check_access("patiodigital_score_show", context, data_dict)
    package = tk.get_action("package_show")(context, {"id": tk.get_or_bust(data_dict, "id")})
    found = dataset_report.report(package)
    return {
        "dataset": package["id"],
        "waiting": found.waiting,
        "verdict": found.verdict,
        # What went wrong inside is for who may mend it.
        "error": found.error if tk.h.check_access("package_update", {"id": package["id"]}) else bool(found.error),
        "yardsticks": {
            each.name: {
                "version": yardstick.load(each.name).version,
                "source": yardstick.load(each.name).source,
                "points": each.score.points,
                "most": each.score.most,
                "band": each.score.band,
                "applies": each.score.applies,
                "metrics": [one._asdict() for one in each.score.measured],
                "advice": [
                    {"do": step.do, "address": step.address, "gain": step.gain, "pending": step.pending}
                    for step in each.advised
                ],
            }
            for each in found.judged
        },
    }
