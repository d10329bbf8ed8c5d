"""The web server: `python -m saas.web`, with granian's options. Its workers are made of what is loaded already.

granian's workers would each load the application after they are forked. Loaded before, its memory is shared.
"""

import gc
import sys
import threading

from granian.cli import entrypoint

from saas import wsgi

INTERFACE = ("--interface", "wsgi", f"{wsgi.__name__}:application")


def main() -> None:
    """Load everything, then serve until a signal comes; RuntimeError if loading left what no fork survives."""
    if threading.active_count() > 1:  # a pool of connections would be among them
        raise RuntimeError(f"started before the fork: {threading.enumerate()}")
    gc.collect()
    gc.freeze()  # the collector would write into every page, and none would be shared any more
    sys.argv[1:1] = INTERFACE
    entrypoint()


if __name__ == "__main__":
    main()
