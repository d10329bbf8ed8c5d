"""Becomes another program that dies with its parent. Run by path with `python -I -S`, standard library only.

Arguments: parent pid, signal on the parent's death, `uid:gid` or `-`, then the program and its arguments.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Replaces this process; exits 1 if the parent is already gone."""
    parent, death_signal, owner, *command = arguments
    if owner != "-":
        _become(*(int(part) for part in owner.split(":")))
    # After the change of user: the kernel clears the setting when credentials change.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(death_signal))
    if os.getppid() != int(parent):
        sys.exit(1)
    # An exec keeps ignored signals ignored; Python ignores SIGPIPE, a background shell SIGINT.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.execv(command[0], command)


def _become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


if __name__ == "__main__":
    main(sys.argv[1:])
