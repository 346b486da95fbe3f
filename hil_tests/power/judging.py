"""Which states of a disk are right: what was acknowledged is there, and nothing that never was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from hil_tests.bench.disk import Survivor
from hil_tests.power import sales, swaps
from hil_tests.power.medium import files_in, recovered
from terminal.bench.crash.cuts import State
from terminal.bench.crash.judge import Judge
from terminal.bench.crash.ledger_look import LedgerLook

Verdict = Callable[[Path, int], str]


def judge_of(folder: Path, seed: int, count: int) -> Judge:
    """Knows what the ledger says after each act of the day, from the same day on this machine."""
    laid, played = folder / "laid", folder / "played"
    laid.mkdir()
    played.mkdir()
    judge = Judge(laid, LedgerLook())
    sales.play(played, seed, count, lambda act: judge.learn(files_in(played)))
    return judge


def of_sales(judge: Judge) -> Verdict:
    def verdict(files: Path, acknowledged: int) -> str:
        wrong = judge.judge(State(0, acknowledged, files_in(files)))
        return "right" if wrong is None else wrong.kind

    return verdict


def of_swaps(files: Path, acknowledged: int) -> str:
    """The directory is that of the newest swap that was acknowledged, or of the one that was under way."""
    found = swaps.look(files)
    if found is None:
        return "right" if acknowledged < 0 else "lost"
    return "right" if acknowledged <= found <= acknowledged + 1 else "lost"


def verdicts(states: Iterable[Survivor], folder: Path, verdict: Verdict) -> Counter[str]:
    """How many of the states that a disk may have been left in are right, and how many wrong in each way."""
    found: Counter[str] = Counter()
    seen: set[tuple[int, int]] = set()
    for state in states:
        same = hash(state.content), state.acknowledged
        if same not in seen:
            seen.add(same)
            found[verdict(recovered(state.content, folder), state.acknowledged)] += 1
    return found
