"""`up` over tiny services instead of the product's. Arguments: data folder, first port, names of the services."""

import sys
from pathlib import Path

from saas.embedded import operate
from saas.embedded.probes import serves
from saas.embedded.processes import Program
from saas.embedded.service import Service
from saas.embedded.stack import Stack, log_file

HTTP_SERVER = (
    "import http.server, subprocess, sys;"
    "subprocess.Popen(['sleep', '1000']);"
    "http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()"
)
COMMANDS = {
    "sleeper": ("/bin/sh", "-c", "sleep 1000 & sleep 1001"),
    "stubborn": ("/bin/sh", "-c", "trap '' TERM; while :; do sleep 1000; done"),
    "broken": ("/bin/sh", "-c", "echo no such shop; exit 3"),
}


def main(data: Path, port: int, names: list[str]) -> int:
    """Runs `up` with these services."""

    def service(stack: Stack, name: str) -> Service:
        probe = {"web": lambda: serves(port), "broken": None}.get(name, lambda: True)
        argv = COMMANDS.get(name, (sys.executable, "-c", HTTP_SERVER, str(port)))
        program = Program(name, argv, stack.environment, data, log_file(data, name))
        return Service(name, lambda: program, probe)

    Stack.stages = lambda stack: [[service(stack, name) for name in names]]
    return operate.up(data, port, demo=False)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
