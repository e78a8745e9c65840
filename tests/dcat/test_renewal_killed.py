"""A worker that is killed amid a renewal leaves whole fragments and no lock; the next renewal does the rest."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from ckan import model
from ckan.lib import search
from rdflib import Graph
from rdflib.namespace import RDF

from ckanext.patiodigital.dcat import documents, renewal, store
from ckanext.patiodigital.dcat.core.writing import DCAT

DATASETS = 25


def listed():
    model.Session.rollback()
    return len(list(store.listed()))


def test_a_killed_renewal_is_finished_by_the_next(make):
    for number in range(DATASETS):
        make(f"d{number:02}")
    search.commit()
    ckan = [str(Path(sys.executable).with_name("ckan")), "--config", "test.ini"]
    worker = subprocess.Popen([*ckan, "patiodigital", "feeds", "renew"], stderr=subprocess.DEVNULL)  # noqa: S603 (ours)
    last = time.monotonic() + 60
    while not listed() and time.monotonic() < last:
        assert worker.poll() is None, "it ended before it listed anything"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    done = listed()
    assert 0 < done < DATASETS
    half = Graph().parse(data=b"".join(documents.feed("dcat_ap", "ttl")), format="turtle")
    assert len(list(half.subjects(RDF.type, DCAT.Dataset))) == done
    assert renewal.renew().renewed == DATASETS - done
    whole = Graph().parse(data=b"".join(documents.feed("dcat_ap", "ttl")), format="turtle")
    assert len(list(whole.subjects(RDF.type, DCAT.Dataset))) == DATASETS
