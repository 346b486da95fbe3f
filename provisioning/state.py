"""Files of the state folder, written so that a power cut leaves the old content or the new one, never half of it."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from protocol.enrolment import EnrolAnswer
from protocol.operation import Identifier, Message

PROGRESS = "enrolment.json"


class Stage(StrEnum):
    """How far an enrolment has come; each stage is on disk before the next begins (appliance.md, Provisioning)."""

    NEW = "new"
    KEYED = "keyed"  # the device key exists here
    SENT = "sent"  # HQ may have answered, the answer may be lost
    ENROLLED = "enrolled"  # HQ's answer is here
    ACTIVE = "active"  # HQ heard the signed hello; identity.json is here


class Progress(Message):
    """`private_key` and `answer` are dropped once identity.json holds what they say."""

    stage: Stage
    claim: Identifier = "none"
    store: Identifier = "none"
    lane: Identifier = "none"
    private_key: str = ""
    answer: EnrolAnswer | None = None

    def __repr__(self) -> str:
        return f"Progress({self.stage}, claim={self.claim})"

    __str__ = __repr__


class StateError(Exception):
    """The state folder holds something that this programme did not write, or cannot be written."""


def write_file(path: Path, data: bytes) -> None:
    """Replace `path` by `data`, mode 0600, durably: temporary file, fsync, rename, fsync of the folder."""
    temporary = path.with_name(path.name + ".new")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o600)
            file.write(data)
            file.flush()
            os.fsync(handle)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror}; is the disk full or read-only?") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_json(path: Path) -> Any | None:
    """The JSON in `path`; None if there is no such file. Raises StateError."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StateError(f"{path} cannot be read: move it away and enrol again") from error


def load_progress(folder: Path) -> Progress:
    """How far the enrolment in `folder` has come. Raises StateError."""
    document = read_json(folder / PROGRESS)
    if document is None:
        return Progress(stage=Stage.NEW)
    try:
        return Progress.model_validate(document, strict=False)
    except ValidationError:
        raise StateError(f"{folder / PROGRESS} is not an enrolment's: move it away and enrol again") from None


def save_progress(folder: Path, progress: Progress) -> None:
    write_file(folder / PROGRESS, json.dumps(progress.model_dump(mode="json"), sort_keys=True).encode())
