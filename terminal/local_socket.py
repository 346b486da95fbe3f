"""The unix sockets between the terminal's processes: made by the terminal service, safe from the first moment."""

from __future__ import annotations

import socket
from pathlib import Path

from terminal.errors import TerminalError


def local_listener(path: Path, failure: type[TerminalError]) -> socket.socket:
    """A socket for its owner, and for its group if the umask lets it in, as the service units do.

    The mode is set before it listens. One left behind by a kill is replaced. Raises `failure` when another process
    answers there, or when it cannot be made.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        if _answers(path):
            raise failure(f"{path} is in use: another terminal runs with this run folder; stop it first")
        if path.is_socket():
            path.unlink()
        listener.bind(str(path))
        path.chmod(0o660 if path.stat().st_mode & 0o020 else 0o600)
    except OSError as error:
        listener.close()
        raise failure(f"{path} cannot be made ({error.strerror or error}): check the run folder") from error
    except TerminalError:
        listener.close()
        raise
    return listener


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(str(path)) == 0
