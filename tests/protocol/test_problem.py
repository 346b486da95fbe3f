"""The one error shape."""

from __future__ import annotations

from protocol.problem import Problem, ProblemAnswer


def test_an_error_has_a_code_a_sentence_and_values() -> None:
    answer = ProblemAnswer(error=Problem(code="gap", message="Too late.")).model_dump()
    assert answer == {"error": {"code": "gap", "message": "Too late.", "params": {}}}
