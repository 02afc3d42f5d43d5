"""Becomes the program it is told to start, as a child that dies with its parent.

`python -I -S launch.py PARENT SIGNAL UID:GID PROGRAM [ARGUMENT…]`; UID:GID may be `-`. Standard library only: it runs
before anything else and must start in a few milliseconds.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, signal, user, *command = sys.argv[1:]
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if user != "-":
        uid, gid = (int(part) for part in user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # after setuid, which clears it
    if library is not None:
        library.prctl(PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("the supervisor is gone")
    os.execvp(command[0], command)  # noqa: S606 - the very purpose


if __name__ == "__main__":
    main()
