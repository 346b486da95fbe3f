"""The figures of the pricing bench as tables for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_SCENES = {"calm": "no competition", "competing": "offers compete"}


def render(result: dict[str, Any]) -> str:
    """Times in milliseconds."""
    return "\n".join([*_quotes(result), "", *_growth(result["growth"]), "", *_compile(result["compile"])])


def _quotes(result: dict[str, Any]) -> Iterator[str]:
    yield f"{result['lines']} lines, {result['offers']} offers, engine {result['engine']}, seed {result['seed']}"
    yield f"{'ms':<24}{'p50':>9}{'p95':>9}{'most':>9}{'ratio':>9}{'competing':>12}{'applied':>10}{'proven':>12}"
    floor = result["floor"]
    yield f"{'summing the lines':<24}{_times(floor)}{'1':>9}"
    for name, words in _SCENES.items():
        for who, row in result[name].items():
            proven = f"{row['proven']}/{row['samples']}"
            counts = f"{_span(row['competing']):>12}{_span(row['applied']):>10}{proven:>12}"
            yield f"{f'{words}, {who}':<24}{_times(row)}{row['ratio']:>9}{counts}"


def _times(row: dict[str, Any]) -> str:
    return "".join(f"{row[name]:>9.3f}" for name in ("p50_ms", "p95_ms", "most_ms"))


def _span(bounds: list[int]) -> str:
    return f"{bounds[0]}-{bounds[1]}"


def _growth(cells: list[dict[str, Any]]) -> Iterator[str]:
    """One row for each number of lines: the time, and beside it the time for a line and an offer."""
    offers = sorted({cell["offers"] for cell in cells})
    times = {(cell["lines"], cell["offers"]): f"{cell['p50_ms']:.2f} ({cell['relative']})" for cell in cells}
    yield "ms as both grow (for a line and an offer, 1 at 60 × 200)"
    yield f"{'lines':<10}" + "".join(f"{f'{many} offers':>20}" for many in offers)
    for lines in sorted({cell["lines"] for cell in cells}):
        yield f"{lines:<10}" + "".join(f"{times[lines, many]:>20}" for many in offers)


def _compile(figures: dict[str, Any]) -> Iterator[str]:
    yield f"A programme of {figures['offers']} offers, {figures['text_kib']} KiB of text:"
    yield f"read and judged in {figures['read_ms']:.1f} ms, indexed in {figures['index_ms']:.1f} ms"
    yield f"{figures['memory_kib']} KiB held, {figures['peak_kib']} KiB while it is read"
