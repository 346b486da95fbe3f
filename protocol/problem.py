"""The one error shape of every HTTP answer, at the terminal and at HQ."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """`code` is stable and documented; `message` is a sentence for people; `params` are the values in it."""

    code: str
    message: str
    params: dict[str, Any] = Field(default_factory=dict)


class ProblemAnswer(BaseModel):
    error: Problem
