"""A request to HQ and its answer without a web server, and what one address of HQ's door takes, gives and refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from pydantic import BaseModel, TypeAdapter, ValidationError

from hq.problems import Code, Refusal
from hq.terminals import Terminal

if TYPE_CHECKING:
    from hq.headquarters import Headquarters

MESSAGE_LIMIT = 8 * 1024
TARGET_LIMIT = 2048
FIELDS_MAX = 16
JSON = "application/json"
Value = TypeAdapter[Any]


@dataclass(frozen=True)
class Request:
    """`target` is path and query as they came on the wire; names of `headers` are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @cached_property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> dict[str, str]:
        """Raises Refusal MESSAGE_INVALID for a query with too many fields."""
        try:
            return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True, max_num_fields=FIELDS_MAX))
        except ValueError:
            raise Refusal(Code.MESSAGE_INVALID, what=f"query: at most {FIELDS_MAX} fields") from None


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Admits(Enum):
    """Whom a route serves."""

    ANYBODY = "anybody"
    APP = "app"  # the server of the chain's app, by its token
    KNOWN = "known"  # every terminal, whatever its state
    TRUSTED = "trusted"  # every terminal but one whose key was revoked
    ACTIVE = "active"


@dataclass(frozen=True)
class Parameter:
    """A value in the path or the query. Without a `usual` value it must be there."""

    name: str
    value: Value
    usual: Any = None
    in_path: bool = False

    def read(self, text: str | None) -> Any:
        """Raises Refusal MESSAGE_INVALID."""
        if text is None and self.usual is not None:
            return self.usual
        try:
            return self.value.validate_python(text)
        except ValidationError as error:
            what = error.errors(include_input=False, include_url=False)[0]["msg"]
            raise Refusal(Code.MESSAGE_INVALID, what=f"{self.name}: {what[:200]}") from None


@dataclass(frozen=True)
class Asked:
    """A request that was let in: `values` are its parameters, `body` its message, or bytes where the route says so."""

    hq: Headquarters
    request: Request
    values: Mapping[str, Any]
    body: Any
    known: Terminal | None

    @property
    def sender(self) -> Terminal:
        assert self.known is not None, "the route admits anybody: nobody was identified"
        return self.known


@dataclass(frozen=True)
class Route:
    """One address. `takes` is the message in the body (bytes: as it comes), `gives` that of the answer (None: 204)."""

    method: str
    path: str
    says: str
    act: Callable[[Asked], BaseModel | bytes | None]
    gives: type[BaseModel] | type[bytes] | None
    takes: type[BaseModel] | type[bytes] | None = None
    admits: Admits = Admits.ACTIVE
    parameters: tuple[Parameter, ...] = ()
    refuses: tuple[Code, ...] = ()
    limit: int = MESSAGE_LIMIT
    media: str = JSON  # of the body where `takes` is bytes, of the answer where `gives` is

    def match(self, path: str) -> dict[str, str] | None:
        """The values in the path, None if this is another route's."""
        ours, theirs = self.path.split("/"), path.split("/")
        if len(ours) != len(theirs):
            return None
        pairs = list(zip(ours, theirs, strict=True))
        if any(our != their for our, their in pairs if not our.startswith("{")):
            return None
        return {our[1:-1]: unquote(their) for our, their in pairs if our.startswith("{")}

    def values(self, request: Request, in_path: Mapping[str, str]) -> dict[str, Any]:
        """Raises Refusal MESSAGE_INVALID."""
        return {
            each.name: each.read(in_path[each.name] if each.in_path else request.query.get(each.name))
            for each in self.parameters
        }

    def message(self, body: bytes) -> Any:
        """The body as the route takes it. Raises Refusal MESSAGE_INVALID."""
        if self.takes is None or not issubclass(self.takes, BaseModel):
            return body
        try:
            return self.takes.model_validate(json.loads(body))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or self.takes.__name__
            raise Refusal(Code.MESSAGE_INVALID, what=f"{where[:100]}: {first['msg'][:200]}") from None
        except (ValueError, RecursionError):
            raise Refusal(Code.MESSAGE_INVALID, what="it is not JSON") from None
