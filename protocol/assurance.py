"""The policy table of proofs as HQ signs it, within the configuration (docs/assurance.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from loyalty.assurance import Action, Rule, Table
from protocol.operation import Message, later

MOST_RULES = 200


class AssuranceRule(Message):
    """As `loyalty.assurance.Rule`, and one that could not be is not read. `action` may be one of a later release."""

    action: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]
    level: Literal["P0", "P1", "P3", "P4"]
    pin: bool = later(False)
    staff: bool = later(False)
    hq: bool = later(False)
    key: bool = later(False)
    most: Annotated[int, Field(ge=0, lt=2**53)] | None = later(None)
    daily: bool = later(False)

    @model_validator(mode="after")
    def _can_be(self) -> AssuranceRule:
        self.rule()
        return self

    @classmethod
    def of(cls, rule: Rule) -> AssuranceRule:
        return cls.model_validate({**rule.__dict__, "action": rule.action.value})

    def rule(self) -> Rule | None:
        """None for an action that this release does not know. Raises ValueError for a rule that cannot be."""
        if self.action not in set(Action):
            return None
        said = {name: getattr(self, name) for name in ("pin", "staff", "hq", "key", "most", "daily")}
        return Rule(Action(self.action), self.level, **said)


class AssuranceTable(Message):
    """The whole table: an action that no rule names is never allowed."""

    rules: tuple[AssuranceRule, ...] = Field(strict=False, max_length=MOST_RULES)

    @classmethod
    def of(cls, table: Table) -> AssuranceTable:
        return cls(rules=tuple(map(AssuranceRule.of, table)))

    def table(self) -> Table:
        """What `loyalty.assurance.judge` takes."""
        return tuple(rule for rule in (each.rule() for each in self.rules) if rule is not None)
