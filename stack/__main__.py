"""Entry point of the script `portal`."""

from __future__ import annotations

import sys

from stack.commands import main

sys.exit(main(sys.argv[1:]))
