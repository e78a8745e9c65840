"""Packaging of ckanext-patiodigital: metadata, entry points, dependency ranges."""

from pathlib import Path

from setuptools import find_namespace_packages, setup

HERE = Path(__file__).parent

setup(
    name="ckanext-patiodigital",
    version="0.1.0",
    description="An open data portal for a city's education department, on CKAN",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="AGPL-3.0-or-later",
    classifiers=[
        "License :: OSI Approved :: GNU Affero General Public License v3 or later (AGPLv3+)",
        "Programming Language :: Python :: 3.11",
        "Framework :: Flask",
    ],
    python_requires=">=3.10",
    # PEP 420: CKAN 2.12 ships no ckanext/__init__.py, and neither do we.
    packages=find_namespace_packages(include=["ckanext.*"]),
    include_package_data=True,
    zip_safe=False,
    install_requires=[
        "ckantoolkit>=0.0.7",  # one import for CKAN's toolkit
        "ckanext-scheming>=3.1",  # dataset forms and validation from YAML
        "ckanext-harvest>=1.6.3",  # queues, jobs and pages of harvests
        "ckanext-dcat>=2.4.4",  # DCAT serialisations of datasets
        "requests>=2.32",  # the harvesters' HTTP client
        "msgspec>=0.21",  # fast JSON; already pinned by CKAN
        "rapidfuzz>=3.14",  # school search that forgives typing errors
        "holidays>=0.109",  # holidays of São Paulo, by law
        "arro3-io>=0.9",  # Parquet of tables, 33 MB on disk where pyarrow takes 165
        "icalendar>=7.3",  # calendars to subscribe to: folding, escaping, types of values
        "rdflib>=7.6",  # graphs of the catalogue; ckanext-dcat's own
        "pyshacl>=0.40",  # judges them by the published shapes
        "geomet>=1.1",  # well-known text of areas; ckanext-dcat's own
        "segno>=1.6",  # QR code on the printed week
    ],
    extras_require={
        "serve": ["gunicorn>=23"],  # WSGI server of ./portal up
        "dev": [
            "pytest-ckan>=0.0.12",
            "pytest-factoryboy>=2.8",  # CKAN's pytest plugin needs it and does not bring it
            "pytest-cov>=7",
            "pytest-timeout>=2.4",
            "pytest-xdist>=3.8",  # tests on both cores, each half on databases of its own
            "hypothesis>=6",
            "playwright>=1.65",  # drives Debian's Chromium in the browser journey
            "axe-playwright-python>=0.1.8",  # accessibility rules
            "time-machine>=3",
            "aiosmtpd>=1.4",  # a mail server that tests read what was sent from
            "jsonschema>=4.26",  # judges the feeds in JSON by the published schemas; others bring it already
            "openapi-spec-validator>=0.9",  # judges the API's description
            "schemathesis>=4.32",  # asks the API all that its description allows, and more
            "frictionless>=5.21",  # oracle for our Table Schema validation
            "ruff>=0.17",
            "mypy>=2.4",
            "import-linter>=2.17",
            "bandit>=1.9",
            "types-PyYAML",
            "types-requests",
        ],
    },
    entry_points={
        "ckan.plugins": [
            "patiodigital = ckanext.patiodigital.plugin:PatioDigitalPlugin",
            "patiodigital_theme = ckanext.patiodigital.theme.plugin:ThemePlugin",
            "patiodigital_dcat = ckanext.patiodigital.dcat.plugin:DcatPlugin",
            "patiodigital_ranking = ckanext.patiodigital.ranking.plugin:RankingPlugin",
            "patiodigital_menus = ckanext.patiodigital.menus.plugin:MenusPlugin",
            "prato_aberto_harvester = ckanext.patiodigital.harvesters.prato_aberto:PratoAbertoHarvester",
        ],
        "ckan.rdf.profiles": [
            "patiodigital_dcat_ap = ckanext.patiodigital.dcat.profiles:DcatApProfile",
            "patiodigital_dcat_br = ckanext.patiodigital.dcat.profiles:DcatBrProfile",
            "patiodigital_dcat_us = ckanext.patiodigital.dcat.profiles:DcatUsProfile",
            "patiodigital_dqv = ckanext.patiodigital.ranking.profiles:DqvProfile",
            "patiodigital_schemaorg = ckanext.patiodigital.dcat.profiles:SchemaOrgProfile",
        ],
    },
)
