"""An HQ that serves one bucket of the feed from memory, and remembers what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel

from protocol import canonical
from protocol.feed_repair import RowsAsk
from tests.terminal.store.feed_material import Feed, heads
from tests.terminal.sync.https import Asked, Say


def refusal(status: int, code: str) -> Say:
    return Say(canonical.encode({"error": {"code": code, "message": "no", "params": {}}}), status=status)


def gone() -> Say:
    return refusal(410, "generation")


@dataclass
class FeedHq:
    """Serves one bucket as HQ does, unless `say` is set. `asked` are the cursors, `rows_asked` the rows by name."""

    feed: Feed = field(default_factory=Feed)
    size: int = 2
    floor: int = 0
    applied_seq: int = 0
    asked: list[int] = field(default_factory=list)
    hot_asked: list[int] = field(default_factory=list)
    leaves_asked: list[int] = field(default_factory=list)
    rows_asked: list[str] = field(default_factory=list)
    hot: frozenset[str] = frozenset()
    say: Say | None = None

    def __call__(self, asked: Asked) -> Say:
        path, query = urlsplit(asked.path).path, parse_qs(urlsplit(asked.path).query)
        if self.say is not None and "after" not in query:
            return self.say
        parts = path.removeprefix("/v1/").split("/")
        match parts:
            case ["feed", "heads"]:
                told = heads(self.feed, applied_seq=self.applied_seq, generation=self.feed.generation)
                floored = tuple(head.model_copy(update={"floor": self.floor}) for head in told.heads)
                return _said(told.model_copy(update={"heads": floored}))
            case ["feed", _, "prefixes"]:
                return _said(self.feed.prefixes())
            case ["feed", _, "prefixes", prefix]:
                self.leaves_asked.append(int(prefix))
                return _said(self.feed.leaf(int(prefix)))
            case ["feed", _, "rows"]:
                wish = RowsAsk.model_validate_json(asked.body)
                self.rows_asked += [place.key for place in wish.places]
                return _said(self.feed.named(wish, self.applied_seq))
            case ["feed", _]:
                floor = 0 if "whole" in query else self.floor
                return self._page(int(query["after"][0]), int(query["generation"][0]), "hot" in query, floor)
        return refusal(404, "not_found")

    def _page(self, after: int, generation: int, hot: bool, floor: int) -> Say:
        (self.hot_asked if hot else self.asked).append(after)
        if self.say is not None:
            return self.say
        if after and (after > self.feed.head or after < floor or generation != self.feed.generation):
            return gone()
        page = self.feed.page(after, self.size, self.applied_seq)
        if hot:
            rows = tuple(row for row in self.feed.page(after, 9999).rows if row.key in self.hot)[: self.size]
            cursor = rows[-1].cseq if len(rows) == self.size else self.feed.head
            page = page.model_copy(update={"rows": rows, "cursor": cursor})
        return _said(page)


def _said(message: BaseModel) -> Say:
    return Say(message.model_dump_json().encode())
