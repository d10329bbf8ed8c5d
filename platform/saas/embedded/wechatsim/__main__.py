"""`python -m saas.embedded.wechatsim --port N --data DIR`: run the WeChat simulator."""

from __future__ import annotations

import argparse
from pathlib import Path

from payments.paysim.server import serve_until_stopped
from saas.embedded.wechatsim.app import WeChatSim


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m saas.embedded.wechatsim", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    simulator = WeChatSim(options.data, options.port)
    serve_until_stopped(simulator.server)
    simulator.book.close()


if __name__ == "__main__":
    main()
