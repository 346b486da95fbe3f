"""The snapshot of the directory: a signed manifest of chunks, each named by its hash (sync.md, Feed: bootstrap)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from protocol.feed import BucketHead, Count
from protocol.operation import Int64, Message

SNAPSHOT = "snapshot"  # purpose of the signed manifest
CHUNK_BYTES = 4 * 1024 * 1024
CHUNKS_MAX = 4096  # 16 GiB
SIZE_MAX = 64 * 1024**3  # of the file when unpacked
MEDIA_TYPE = "application/vnd.stillpoint.snapshot"
Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SnapshotManifest(Message):
    """One directory file, as HQ's rows were at `made_ms`. `version` never goes back.

    The file is one zstd frame, cut into chunks of CHUNK_BYTES (the last may be shorter); `size` and `sha256` are those
    of the file unpacked, `heads` say where its feed goes on. It holds no row of bucket `config`: what a terminal obeys
    has signatures and versions of its own and comes by the feed only.
    """

    format: Annotated[int, Field(ge=1, le=1)] = 1
    version: Annotated[int, Field(ge=1, lt=2**63)]
    generation: Int64
    made_ms: Count
    size: Annotated[int, Field(ge=1, le=SIZE_MAX)]
    packed: Annotated[int, Field(ge=1, le=CHUNKS_MAX * CHUNK_BYTES)]
    sha256: Sha256Hex
    chunks: Annotated[tuple[Sha256Hex, ...], Field(min_length=1, max_length=CHUNKS_MAX, strict=False)]
    heads: tuple[BucketHead, ...] = Field(strict=False)
