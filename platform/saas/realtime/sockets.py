"""What an ASGI application cannot do with its server's sockets: bound what waits in them, and end one for certain."""

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OPEN_FILES = Path("/proc/self/fd")
AT_ONCE = struct.pack("ii", 1, 0)  # what was not sent yet is thrown away
SEND_BYTES = 65536  # the kernel would let megabytes wait for each client that takes nothing
DEAD_SECONDS = 60  # a client that left without a word is known by taking nothing for so long


def bound_listeners() -> int:
    """Set what every connection inherits that is accepted from now on; return how many listeners there are."""
    count = 0
    for _descriptor, found in _sockets():
        if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
            found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, DEAD_SECONDS)
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_SECONDS * 1000)
            count += 1
    return count


def sever(client: tuple[str, int]) -> bool:
    """Break this process's connection with `client` (address and port); False when there is none.

    To say goodbye is not enough: the server would wait until the client takes what is on its way, perhaps for ever.
    """
    for descriptor, found in _sockets():
        if _peer(found) != client:
            continue
        with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as own:
            if own.getpeername() == client:  # still: the number may have been given to another file
                own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                own.shutdown(socket.SHUT_RDWR)
                return True
    return False


def _peer(found: socket.socket) -> object:
    try:
        return found.getpeername()
    except OSError:  # a listener, or closed meanwhile
        return None


def _sockets() -> Iterator[tuple[int, socket.socket]]:
    """Yield the process's TCP sockets; they are only borrowed."""
    for entry in OPEN_FILES.iterdir():
        try:
            found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=int(entry.name))
        except OSError:  # no socket, or closed meanwhile
            continue
        try:
            if found.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL) == socket.IPPROTO_TCP:
                yield int(entry.name), found
        except OSError:
            continue
        finally:
            found.detach()
