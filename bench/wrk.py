"""Load by wrk (Debian: apt-get install wrk), and what it reports."""

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

# Counts answers by status and by the X-Cache header, and prints them with the latencies as one line of JSON.
_REPORT = """
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init(args)
  math.randomseed(os.time() + tonumber(tostring({}):sub(8), 16) % 100000)
  hits = 0; others = 0; wrong = 0
end
function response(status, headers, body)
  if status ~= 200 then wrong = wrong + 1 end
  if (headers["X-Cache"] or headers["x-cache"]) == "hit" then hits = hits + 1 else others = others + 1 end
end
function done(summary, latency, requests)
  local sums = {hits = 0, others = 0, wrong = 0}
  for _, thread in ipairs(threads) do
    for name, sum in pairs(sums) do sums[name] = sum + thread:get(name) end
  end
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format('\\nREPORT {"requests": %d, "errors": %d, "hits": %d, "misses": %d', summary.requests,
    sums.wrong + broken, sums.hits, sums.others))
  io.write(string.format(', "p50_ms": %.3f, "p99_ms": %.3f}\\n', latency:percentile(50) / 1000,
    latency:percentile(99) / 1000))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw."""

    requests: int
    errors: int
    hits: int
    misses: int
    p50_ms: float
    p99_ms: float


def run(address: str, script: str, *, seconds: int, connections: int) -> Load:
    """Load `address` with the requests that the Lua function `request()` in `script` makes."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(_REPORT + script)
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", file.name, address]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path("/"))
    report = re.search(r"REPORT (\{.*\})", done.stdout)
    if report is None:
        raise RuntimeError(done.stdout + done.stderr)
    return Load(**json.loads(report[1]))
