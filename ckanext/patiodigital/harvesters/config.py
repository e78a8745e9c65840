"""One typed getter an option of harvesting; what each means stands in ``config_declaration.yaml``."""

from __future__ import annotations

import ckantoolkit as tk

from ckanext.patiodigital.config import PREFIX
from ckanext.patiodigital.harvesters.core.limits import Limits


def limits() -> Limits:
    """What one source may cost us."""
    prefix = PREFIX + "harvest."
    return Limits(
        requests_per_second=tk.config[prefix + "requests_per_second"],
        timeout=tk.config[prefix + "timeout"],
        size=tk.config[prefix + "size_limit"],
        private_hosts=frozenset(tk.config[prefix + "allowed_private_hosts"]),
    )
