"""A member's row together with what it already contains."""

from __future__ import annotations

from protocol.directory import MemberRow


class KnownMember(MemberRow):
    """HQ's row as it stands in the directory. `applied_seq`: the newest own operation that the row surely contains;
    effects of those above it come on top (sync.md, Feed). More exact than the bucket's while that is between two
    pages."""

    applied_seq: int


def known_member(row: MemberRow, applied_seq: int) -> KnownMember:
    return KnownMember.model_construct(**{**dict(row), "applied_seq": applied_seq})
