"""A dataset of a stock portal: 155 points as ckanext-dcat describes it, and what ours makes of the same."""

import pytest
from ckan.tests import factories
from ckanext.dcat.processors import RDFSerializer
from dcat.packages import SITE
from ranking.evidence_examples import TODAY

from ckanext.patiodigital.dcat.core import crosswalk, reading, shapes, writing
from ckanext.patiodigital.ranking.core import yardsticks
from ckanext.patiodigital.ranking.core.evidence import Evidence, LinkState

#: What CKAN itself knows of a dataset, and of a resource.
CORE = (
    *(
        "id",
        "name",
        "title",
        "notes",
        "tags",
        "license_id",
        "license_title",
        "maintainer",
        "maintainer_email",
        "author",
    ),
    *(
        "author_email",
        "organization",
        "owner_org",
        "metadata_created",
        "metadata_modified",
        "resources",
        "url",
        "version",
    ),
    *("state", "private", "type", "groups"),
)
RESOURCE = (
    *("id", "package_id", "name", "description", "url", "url_type", "format", "mimetype", "size", "hash", "created"),
    *("metadata_modified", "last_modified", "state", "position"),
)


@pytest.fixture
def package(with_plugins, clean_db, clean_index, ckan_config):
    """Core fields of CKAN alone: title, description, tags, organisation, licence, a contact and one CSV."""
    organization = factories.Organization(name="orgao", title="Um órgão")
    made = factories.Dataset(
        owner_org=organization["id"],
        name="estoque",
        title="Dados de estoque",
        notes="Como um portal comum os descreve",
        tags=[{"name": "estoque"}],
        license_id="cc-by",
        maintainer_email="dados@example.org",
        frequency="annual",
        subject=["alimentacao"],
        resources=[{"url": "https://ex.org/a.csv", "format": "CSV", "mimetype": "text/csv", "name": "T", "size": 10}],
    )
    made["resources"] = [{key: each[key] for key in RESOURCE if key in each} for each in made["resources"]]
    stock = {key: made[key] for key in CORE if key in made}
    return {**stock, "license_url": "http://www.opendefinition.org/licenses/cc-by", "extras": []}


def scored(uri, graph, *, conforms):
    return yardsticks.score(
        "mqa",
        Evidence(
            uri=uri,
            graphs={"dcat_ap": graph},
            violations={"dcat_ap": 0 if conforms else 1},
            links={"https://ex.org/a.csv": LinkState(alive=True, status=200)},
            today=TODAY,
        ),
    )


def test_under_the_librarys_profile_it_has_155(app, package):
    serializer = RDFSerializer(profiles=["euro_dcat_ap_3"])
    node = serializer.graph_from_dataset(package)
    graph = serializer.g
    findings = shapes.findings(graph, "dcat_ap")
    conforms = not any(each.severity == "Violation" for each in findings)
    score = scored(str(node), graph, conforms=conforms)
    assert not conforms
    assert score.points == 155, {one.metric: one.points for one in score.measured}


def test_under_ours_it_has_what_can_honestly_be_mapped_and_its_gaps_are_told(package):
    described = reading.read(package, SITE)
    walk = crosswalk.load("dcat_ap")
    graph = writing.dataset_graph(described.dataset, SITE, walk)
    whole = graph + writing.catalog_graph(SITE, walk, None, None)
    conforms = not any(each.severity == "Violation" for each in shapes.findings(whole, "dcat_ap"))
    score = scored(described.dataset.uri, graph, conforms=conforms)
    assert {one.metric for one in score.measured if one.lost} == {"categoryAvailability", "temporalAvailability"}
    assert score.points == 355
    assert {"theme", "temporal_start", "frequency"} <= {gap.field for gap in described.gaps}
