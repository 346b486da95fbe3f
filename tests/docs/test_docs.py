"""The documentation names what exists: every command and option, and every file that it links to."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
EVERYWHERE = frozenset({"--help", "--version"})  # said once, at the top of the page


def programs() -> dict[str, click.Group]:
    """The programs of this project by name, from the project's own table of scripts."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    return {name: EntryPoint(name, place, "console_scripts").load() for name, place in scripts.items()}


def walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """`command` and everything below it, with what a person types for it."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None, f"{name} lists {child} and has none"
            yield from walk(f"{name} {child}", found)


def leaves() -> dict[str, click.Command]:
    found = [pair for name, group in programs().items() for pair in walk(name, group)]
    return {name: command for name, command in found if not isinstance(command, click.Group)}


def words_of(command: click.Command) -> set[str]:
    """Long options, and arguments in capitals."""
    options = {opt for param in command.params for opt in (*param.opts, *param.secondary_opts) if opt.startswith("--")}
    arguments = {param.human_readable_name for param in command.params if isinstance(param, click.Argument)}
    return options | arguments


def section_of(name: str, page: str) -> str:
    """The text under the heading `name`, up to the next heading."""
    match = re.search(rf"^##+ {re.escape(name)}$(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)
    return match[1] if match else ""


def undocumented(name: str, command: click.Command, page: str) -> set[str]:
    """What `page` does not say of a command: the command itself, or some of its options and arguments."""
    section = section_of(name, page)
    if not section:
        return {name}
    return {word for word in words_of(command) - EVERYWHERE if not re.search(rf"`{re.escape(word)}[`\s]", section)}


def unknown(name: str, command: click.Command, page: str) -> set[str]:
    """Options that the table under `name` lists and the command does not have."""
    listed = set(re.findall(r"^\| `(--[\w-]+)", section_of(name, page), re.MULTILINE))
    return listed - words_of(command)


def test_every_command_and_option_is_documented() -> None:
    found = {name: undocumented(name, command, COMMANDS) for name, command in leaves().items()}
    assert len(found) >= 10
    assert {name: words for name, words in found.items() if words} == {}


def test_every_documented_option_exists() -> None:
    found = {name: unknown(name, command, COMMANDS) for name, command in leaves().items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_every_documented_command_exists() -> None:
    headings = re.findall(r"^##+ (stillpoint.*)$", COMMANDS, re.MULTILINE)
    known = {name for root, group in programs().items() for name, _ in walk(root, group)}
    assert set(headings) <= known


def test_a_missing_option_and_an_invented_one_are_found() -> None:
    command = click.Command("tap", params=[click.Option(["--samples"]), click.Argument(["card"])])
    page = "## x tap\n\n| `--speed N` | how fast |\n"
    assert undocumented("x tap", command, page) == {"--samples", "CARD"}
    assert unknown("x tap", command, page) == {"--speed"}
    assert undocumented("x other", command, page) == {"x other"}


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "systemd" / "README.md", *(ROOT / "docs").rglob("*.md")]


def shell_lines(text: str) -> list[str]:
    """The lines of the fenced sh blocks; a line that ends with \\ goes on."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.strip()]


def wrong_call(line: str) -> str:
    """What is wrong with a documented call of ours; empty if nothing is, or if it is no call of ours."""
    words = shlex.split(line, comments=True)
    calls = [at for at, word in enumerate(words) if word.endswith(tuple(f"/bin/{name}" for name in programs()))]
    start = 0 if words[0] in programs() else next(iter(calls), None)
    if words[:1] == ["./run"]:
        name, rest = "stillpoint demo", words[1:]
    elif words[:1] == ["./test"]:
        return "" if (ROOT / "test").exists() else "there is no ./test"
    elif start is None:
        return ""
    else:
        name, rest = Path(words[start]).name, words[start + 1 :]
        while rest and f"{name} {rest[0]}" in all_names():
            name, rest = f"{name} {rest[0]}", rest[1:]
    command = leaves().get(name)
    if command is None:
        return f"{name} is no command"
    given = {word.partition("=")[0] for word in rest if word.startswith("--")}
    return f"{name} has no {given - words_of(command)}" if given - words_of(command) - EVERYWHERE else ""


def all_names() -> set[str]:
    return {name for root, group in programs().items() for name, _ in walk(root, group)}


def test_every_shell_line_in_the_docs_can_be_typed() -> None:
    lines = [(page, line) for page in pages() for line in shell_lines(page.read_text("utf-8"))]
    assert len(lines) > 10
    wrong = [f"{page.relative_to(ROOT)}: {line}: {wrong_call(line)}" for page, line in lines if wrong_call(line)]
    assert wrong == []


@pytest.mark.parametrize("line", ["./run --onse", "stillpoint demmo", "runuser -- /opt/bin/stillpoint run --onyl sync"])
def test_a_wrong_shell_line_is_found(line: str) -> None:
    assert wrong_call(line) != ""


def broken_links(page: Path, text: str) -> list[str]:
    """Relative links of `page` whose file does not exist."""
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    local = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    return [target for target in local if not (page.parent / target).exists()]


def test_every_relative_link_resolves() -> None:
    broken = {str(page.relative_to(ROOT)): broken_links(page, page.read_text("utf-8")) for page in pages()}
    assert {page: links for page, links in broken.items() if links} == {}


def test_a_broken_link_is_found() -> None:
    text = "[a](README.md) [b](missing.md) [c](https://example.org) [d](#here)"
    assert broken_links(ROOT / "README.md", text) == ["missing.md"]


def test_the_index_leads_to_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    linked = {(ROOT / "docs" / target.partition("#")[0]).resolve() for target in re.findall(r"\]\(([^)\s]+)\)", index)}
    left_out = {page for page in (ROOT / "docs").rglob("*.md") if page.name != "README.md"} - linked
    assert {str(page.relative_to(ROOT)) for page in left_out} == set()


def test_the_example_configuration_is_valid() -> None:
    from terminal.config import load

    config = load(ROOT / "docs" / "examples" / "terminal.toml")
    assert [(device.kind, device.driver) for device in config.devices] == [
        ("card_reader", "pcsc"),
        ("scanner", "serial"),
        ("light", "gpio"),
    ]
