"""The department's Prato Aberto service over HTTP, in its own formats, with its own bugs, and faults on
request.

A double for a system outside the portal: for the demonstration, for tests and for benchmarks. See README.md.
"""

from simulator.department import Department, Seen
from simulator.faults import Fault, Faults
from simulator.server import serve

__all__ = ["Department", "Fault", "Faults", "Seen", "serve"]
