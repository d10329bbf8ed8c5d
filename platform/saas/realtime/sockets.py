"""Ending a connection whose client takes nothing any more.

An ASGI application cannot: the server would first wait until the client takes what is on its way, perhaps for ever.
"""

import os
import socket
import struct
from contextlib import suppress
from pathlib import Path

OPEN_FILES = Path("/proc/self/fd")
AT_ONCE = struct.pack("ii", 1, 0)  # what was not sent yet is thrown away


def sever(client: tuple[str, int]) -> bool:
    """Break this process's connection with `client` (address and port); False when there is none."""
    for entry in OPEN_FILES.iterdir():
        if _peer(int(entry.name)) != client:
            continue
        with suppress(OSError), socket.socket(fileno=os.dup(int(entry.name))) as found:
            if found.getpeername() == client:  # still: the number may have been given to another file
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                found.shutdown(socket.SHUT_RDWR)
                return True
    return False


def _peer(descriptor: int) -> object:
    borrowed = None
    try:
        borrowed = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=descriptor)
        return borrowed.getpeername()
    except OSError:  # a file, a listening socket, or closed meanwhile
        return None
    finally:
        if borrowed:
            borrowed.detach()
