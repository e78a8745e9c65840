"""Runs a program whose children would outlive it, were it killed, and ends them with it.

nginx's workers keep the port and RQ's scheduler its lock when their parent is gone. supervisord gives each
program a process group of its own, so whoever is left in it when the program has ended is such a child.
Usage: python guard.py COMMAND ...
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

_FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


def main(command: Sequence[str]) -> int:
    """Run the command, hand it the signals that ask to end, and return its exit code."""
    # Should the guard itself be killed, the program gets the signal that asks it to end.
    child = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "--", *command])

    def forward(number: int, _: FrameType | None) -> None:
        child.send_signal(number)

    for number in _FORWARDED:
        signal.signal(number, forward)
    code = child.wait()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(os.getpgrp(), signal.SIGTERM)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
