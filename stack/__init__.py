"""The portal on one machine: PostgreSQL, Redis, Solr, CKAN, its workers, the simulator and a web server.

Everything here runs before the virtual environment exists, so it uses the standard library only; the two
exceptions, `wsgi` and `harvest_clock`, run inside it. Nothing here knows what the extension does.
"""
