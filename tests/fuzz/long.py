"""The long run: `python -m tests.fuzz.long INPUTS SEED [WORDS]` gives INPUTS inputs to all readers in turn.

With WORDS only the readers that have one of them in their names. It prints how many inputs each reader had and how many
it refused, with the processor time of the slowest, and the largest memory of the process. An input may take `CPU_S_MAX`
of processor time, and the process `MEMORY_MAX`. What raises another error than the reader's own, takes longer or more,
is kept in `tests/fuzz/regressions/`, from where ./test gives it to its reader ever after, and the exit code is 1.
"""

from __future__ import annotations

import hashlib
import resource
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.mutate import tries
from tests.fuzz.readers import Reader
from tests.fuzz.trial import all_readers, give

REGRESSIONS = Path(__file__).parent / "regressions"
CPU_S_MAX = 5.0
MEMORY_MAX = 2 * 1024**3
FAILURES_MAX = 5  # of one reader; more would say nothing new


class TookTooLong(BaseException):
    """No reader can take this one for an error of its own."""


@dataclass
class Tally:
    """What became of a reader's inputs."""

    inputs: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    failures: list[tuple[bytes, str]] = field(default_factory=list)


def run(reader: Reader, inputs: Iterable[bytes], cpu_s_max: float = CPU_S_MAX) -> Tally:
    """Give a reader all of `inputs`, up to the `FAILURES_MAX`-th failure. `bounded` must be there."""
    tally = Tally()
    for data in inputs:
        begun = time.process_time()
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, cpu_s_max)
            tally.refused += not give(reader, data)
        except (Exception, TookTooLong) as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            tally.failures.append((data, f"{type(error).__name__}: {error}"))
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        tally.inputs += 1
        tally.slowest_s = max(tally.slowest_s, time.process_time() - begun)
        if len(tally.failures) == FAILURES_MAX:
            break
    return tally


def inputs_of(reader: Reader, count: int, seed: str) -> Iterator[bytes]:
    """`count` bent examples, each example as often as the others."""
    for number, example in enumerate(reader.examples):
        share = count // len(reader.examples) + (number < count % len(reader.examples))
        yield from tries(example, share, f"{seed} {reader.name} {number}")


def keep(reader: Reader, data: bytes, folder: Path = REGRESSIONS) -> Path:
    """Write an input down, under its reader's name."""
    path = folder / folder_name(reader) / hashlib.sha256(data).hexdigest()[:16]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def folder_name(reader: Reader) -> str:
    """Its name as one of a folder."""
    return "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in reader.name)


def too_long(*_: object) -> None:
    """The signal of the timer."""
    raise TookTooLong("too much processor time")


@contextmanager
def bounded() -> Iterator[None]:
    """The timer's signal ends what takes too long. Only the main thread hears it."""
    before = signal.signal(signal.SIGVTALRM, too_long)
    try:
        yield
    finally:
        signal.signal(signal.SIGVTALRM, before)


@contextmanager
def within(cpu_s: float) -> Iterator[None]:
    """Raises TookTooLong where all of it takes more processor time. `run` must not be in it."""
    with bounded():
        signal.setitimer(signal.ITIMER_VIRTUAL, cpu_s)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def main(count: int, seed: str, words: list[str]) -> int:
    """The whole run. The exit code."""
    chosen = [reader for reader in all_readers() if not words or any(word in reader.name for word in words)]
    tallies = []
    for number, reader in enumerate(chosen):
        share = count // len(chosen) + (number < count % len(chosen))
        with bounded():
            tally = run(reader, inputs_of(reader, share, seed))
        tallies.append(tally)
        say(f"{reader.name}: {tally.inputs} inputs, {tally.refused} refused, slowest {1000 * tally.slowest_s:.1f} ms")
        for data, error in tally.failures:
            say(f"  FAILED {keep(reader, data)}: {error}")
    failed, given = sum(len(tally.failures) for tally in tallies), sum(tally.inputs for tally in tallies)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"{given} inputs to {len(chosen)} readers, {failed} failures, {time.process_time():.0f} s, {peak_mb} MiB")
    return 1 if failed else 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
