"""wrk, a client in C: a list of requests in turn, over some connections, each with a pause where families pause.

It runs on the machine that it measures, so a rate is of server and client together.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

#: Each line of the first argument is a path and, after a tab, the tag that makes the request a conditional one; the
#: second is the mean pause of a connection, in milliseconds.
_SCRIPT = """
local requests, number = {}, 0
local pause = 0

function init(args)
  pause = tonumber(args[2])
  for line in io.lines(args[1]) do
    local path, tag = line:match("^([^\\t]*)\\t(.*)$")
    local headers = {["Host"] = wrk.headers["Host"], ["Accept-Encoding"] = "gzip"}
    if tag ~= "" then headers["If-None-Match"] = tag end
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
end

function request()
  number = number % #requests + 1
  return requests[number]
end

function delay()
  return math.random() * 2 * pause
end

function done(summary, latency, _)
  local errors = summary.errors
  print(string.format(
    '{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "errors": %d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


class Request(NamedTuple):
    """A path with its query, and the tag of the answer that the client has already."""

    path: str
    tag: str = ""


class Measured(NamedTuple):
    """What a drive found. ``errors`` are answers of 400 and above, broken connections and timeouts."""

    rate: float
    p50_ms: float
    p99_ms: float
    errors: int


def drive(
    url: str, requests: Sequence[Request], *, connections: int = 4, seconds: int = 6, pause_ms: float = 0
) -> Measured:
    """Ask ``url`` for the requests in turn, over and over, for some seconds."""
    with tempfile.TemporaryDirectory() as folder:
        script, paths = Path(folder) / "drive.lua", Path(folder) / "requests.tsv"
        # wrk calls delay() wherever there is one, and then never sends two requests in a row.
        script.write_text(_SCRIPT if pause_ms else _SCRIPT.replace("function delay", "function no_delay"))
        paths.write_text("".join(f"{request.path}\t{request.tag}\n" for request in requests))
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(script), url]
        command += ["--", str(paths), str(pause_ms)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 (a list, no shell)
    found = json.loads(done.stdout.splitlines()[-1])
    return Measured(found["requests"] / found["seconds"], found["p50_ms"], found["p99_ms"], found["errors"])


def rate(url: str, requests: Sequence[Request]) -> float:
    """Requests a second that the server answers, asked as fast as it can; a wrong answer ends the benchmark."""
    found = drive(url, requests)
    if found.errors:
        raise SystemExit(f"{url}{requests[0].path}: {found.errors} wrong answers or broken connections")
    return found.rate
