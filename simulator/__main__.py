"""Command line: `python -m simulator --port 5905 --schools 3233`."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path

from simulator.department import Department
from simulator.server import Server


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator", description="The department's Prato Aberto service, simulated.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--schools", type=int, default=3233, help="how many to generate (3233)")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes another department")
    parser.add_argument("--key-env", default="PRATO_ABERTO_KEY", help="environment variable with the editor's key")
    parser.add_argument("--real", type=Path, help="JSON array of the department's own school documents")
    parser.add_argument("--etags", action="store_true", help="send ETags, which the real service does not")
    parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD; by default the day it is in São Paulo")
    return parser.parse_args()


def main() -> int:
    """Serves until interrupted. 0 after an interrupt, 2 with one line on what is wrong."""
    arguments = _arguments()
    try:
        department = Department(
            arguments.schools,
            arguments.seed,
            real=arguments.real,
            today=arguments.today,
            key=os.environ.get(arguments.key_env),
            etags=arguments.etags,
        )
        server = Server(department, arguments.host, arguments.port)
    except (ValueError, OSError, OverflowError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 2
    print(
        f"simulator: {len(department.schools)} schools at {server.url}, today {department.today}",
        flush=True,
    )
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
