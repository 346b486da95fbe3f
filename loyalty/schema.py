"""The JSON Schema of the programme, drawn from the readers that read it.

What the schema refuses, the reader refuses too. The reader refuses more: what compares one value with another, such as
an id used twice or a first day after the last, is beyond the schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loyalty.outline import DEFINITIONS, outline
from loyalty.programme_reader import whole
from loyalty.section import Section
from loyalty.shape import Leaf, Shape

Drawn = dict[str, Any]


def programme_schema() -> Drawn:
    """The schema of a programme document, JSON Schema draft 2020-12."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Stillpoint programme", **drawn(whole)}


def schema_text() -> str:
    """The schema as it is committed: docs/reference/programme.schema.json."""
    return json.dumps(programme_schema(), ensure_ascii=False, indent=1) + "\n"


def drawn(read: Callable[[Section], object]) -> Drawn:
    """The schema of the object that `read` reads."""
    drawing = _Drawing()
    return {**drawing.object(outline(read)), "$defs": drawing.definitions}


@dataclass
class _Drawing:
    """`definitions` are what several places share, each under its name."""

    definitions: Drawn = field(default_factory=lambda: {name: dict(leaf) for name, leaf in DEFINITIONS.items()})

    def object(self, shape: Shape) -> Drawn:
        """One kind of object; of its variants exactly one holds, by the name at their key."""
        properties, rules = self._properties(shape), _rules(shape)
        if not shape.by:
            return _object(properties, shape.needed, rules)
        rows = {name: {**properties, **self._properties(row)} for name, row in shape.rows.items()}
        self._share(list(rows.values()))
        variants = [
            _object(
                {shape.by: {"const": name}, **rows[name]}, shape.needed | row.needed | {shape.by}, rules + _rules(row)
            )
            for name, row in shape.rows.items()
        ]
        if shape.by in shape.nullable:  # without a name it is read in a way of its own
            variants.append(_object({shape.by: {"type": "null"}, **properties}, shape.needed, rules))
        return {"type": "object", "oneOf": variants}

    def _properties(self, shape: Shape) -> Drawn:
        return {key: self._property(shape, key) for key in shape.keys if key != shape.by}

    def _property(self, shape: Shape, key: str) -> Drawn:
        choices = _widest(shape.leaves.get(key, []))
        if key in shape.inner:
            choices.append(self._inner(shape, key))
        if not choices:
            return {}  # only whether it is there was asked
        if key in shape.nullable:
            choices.append({"type": "null"})
        return choices[0] if len(choices) == 1 else {"anyOf": choices}

    def _inner(self, shape: Shape, key: str) -> Drawn:
        inner = shape.inner[key]
        if inner.bounds is None:
            return self.object(inner.shape)
        low, high = inner.bounds
        return {"type": "array", "items": self.object(inner.shape), "minItems": low, "maxItems": high}

    def _share(self, rows: Sequence[Drawn]) -> None:
        """Give a name to what stands at one key in several rows alike, and put a reference in its places."""
        for key in dict.fromkeys(key for row in rows for key in row):
            values = [row[key] for row in rows if key in row]
            alike = next((value for value in values if values.count(value) > 1 and "$ref" not in value), None)
            name = f"variant.{key}"
            if alike is not None and self.definitions.setdefault(name, alike) == alike:
                for row in rows:
                    if row.get(key) == alike:
                        row[key] = {"$ref": f"#/$defs/{name}"}


def _widest(leaves: Sequence[Leaf]) -> list[Drawn]:
    """The leaves, integers as one with the widest bounds: a bound may depend on a value that is not known here."""
    integers = [leaf for leaf in leaves if leaf.get("type") == "integer"]
    if len(integers) < 2:
        return [dict(leaf) for leaf in leaves]
    low, high = min(leaf["minimum"] for leaf in integers), max(leaf["maximum"] for leaf in integers)
    return [
        *(dict(leaf) for leaf in leaves if leaf not in integers),
        {"type": "integer", "minimum": low, "maximum": high},
    ]


def _object(properties: Mapping[str, Any], needed: set[str], rules: Sequence[Leaf]) -> Drawn:
    schema: Drawn = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    if needed:
        schema["required"] = [key for key in properties if key in needed]
    if rules:
        schema["allOf"] = list(rules)
    return schema


def _rules(shape: Shape) -> list[Leaf]:
    """For keys of which one or the other is needed."""
    return [
        {"anyOf": [*({"required": [key]} for key in sorted(absent)), {"required": sorted(needed)}]}
        for absent, needed in shape.instead()
    ]
