"""The document that describes HQ's door for terminals, made from the same table that serves it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from hq.problems import Code
from hq.route import JSON, Admits, Parameter, Route
from hq.routes import ROUTES
from protocol.problem import ProblemAnswer

NOT_LET_IN = (
    Code.NOT_AUTHENTICATED,
    Code.DEVICE_UNKNOWN,
    Code.CLOCK_SKEW,
    Code.REPLAYED,
    Code.REVOKED,
    Code.NOT_ACTIVE,
    Code.TOO_MANY,
)
_NOT_LET_IN = {Admits.ANYBODY: (), Admits.APP: (Code.APP_UNKNOWN, Code.TOO_MANY)}
_COMPONENTS = "#/components/schemas/{model}"


class DescribedApp(FastAPI):
    """An application whose `openapi` knows the bodies too, which its endpoints read by themselves."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for route in ROUTES:
            if route.takes is not None and issubclass(route.takes, BaseModel):
                schema = _schema(route.takes)
                schemas.update(schema.pop("$defs", {}))
                schemas[route.takes.__name__] = schema
        return document


def answers(route: Route) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses` of a route."""
    problems: dict[int | str, list[str]] = {}
    for code in (*route.refuses, *_NOT_LET_IN.get(route.admits, NOT_LET_IN)):
        problems.setdefault(code.status, []).append(code.name.lower())
    found: dict[int | str, dict[str, Any]] = {
        status: {"model": ProblemAnswer, "description": ", ".join(codes)} for status, codes in problems.items()
    }
    found["4XX"] = {"model": ProblemAnswer, "description": "Any other refusal."}
    found["5XX"] = {"model": ProblemAnswer, "description": "HQ cannot just now; nothing is lost by trying again."}
    if route.gives is bytes:
        found[200] = {"content": {route.media: {"schema": {"type": "string"}}}, "description": "Done."}
    elif route.gives is not None:
        found[200] = {"model": route.gives, "description": "Done."}
    return found


def takes(route: Route) -> dict[str, Any]:
    """FastAPI's `openapi_extra` of a route: its parameters and its body."""
    described: dict[str, Any] = {"parameters": [_parameter(each) for each in route.parameters]}
    if route.takes is bytes:
        body = {route.media: {"schema": {"type": "string", "format": "binary"}}}
    elif route.takes is not None:
        body = {JSON: {"schema": {"$ref": _COMPONENTS.format(model=route.takes.__name__)}}}
    else:
        return described
    return {**described, "requestBody": {"required": True, "content": body}}


def _parameter(each: Parameter) -> dict[str, Any]:
    where = "path" if each.in_path else "query"
    return {"name": each.name, "in": where, "required": each.usual is None, "schema": each.value.json_schema()}


def _schema(message: type[BaseModel]) -> dict[str, Any]:
    return message.model_json_schema(ref_template=_COMPONENTS)
