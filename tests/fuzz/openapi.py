"""Requests made from an OpenAPI document, right and wrong ones, and what must hold of every answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

EXAMPLES = int(os.environ.get("STILLPOINT_FUZZ_REQUESTS", "15"))  # of each operation
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
LIMITS = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
Call = Callable[[Any], Any]  # makes the request of a case and gives the answer


def document(url: str) -> BaseSchema:
    schema: BaseSchema = schemathesis.openapi.from_url(url)
    return schema


def operations(schema: BaseSchema) -> dict[str, Any]:
    """By method and path."""
    found = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        found[f"{operation.method.upper()} {operation.path}"] = operation
    return found


def hammer(operation: Any, call: Call, mode: GenerationMode) -> list[int]:
    """Ask many times; returns the statuses. Raises what schemathesis finds wrong with an answer."""
    statuses: list[int] = []

    @LIMITS
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        response = call(case)
        statuses.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    try:  # not `suppress`, which makes another group of what Schemathesis found
        check()
    except Unsatisfiable:  # nothing can be wrong with a request that takes nothing
        return statuses
    return statuses
