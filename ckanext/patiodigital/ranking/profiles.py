"""Scores in RDF, for who asks for them beside another profile: ``?profiles=patiodigital_dcat_ap,patiodigital_dqv``."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckanext.dcat.profiles import RDFProfile
from rdflib import URIRef

from ckanext.patiodigital.ranking import service, store
from ckanext.patiodigital.ranking.core import dqv, yardstick


class DqvProfile(RDFProfile):  # type: ignore[misc]  # ckanext-dcat has no types
    """Quality measurements of a public dataset; nothing of one that was not scored."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        record = store.score(dataset_dict["id"])
        if record is None or dataset_dict.get("private"):
            return
        scores = [score for name in yardstick.NAMES if (score := service.score(dataset_dict["id"], name))]
        self.g.bind("dqv", dqv.DQV)
        for triple in dqv.measurements(str(dataset_ref), scores, tk.config["ckan.site_url"], record.scored):
            self.g.add(triple)
