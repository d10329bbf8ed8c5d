"""`python -m payments.paysim --port N --data DIR`: run the payment simulator."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from payments.paysim.app import PaySim
from payments.paysim.server import serve_until_stopped


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m payments.paysim", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    simulator = PaySim(options.data, options.port)
    simulator.start_background()
    serve_until_stopped(simulator.server)
    # The book is complete after every step: nothing is gained by waiting for answers held back by a fault script.
    os._exit(0)


if __name__ == "__main__":
    main()
