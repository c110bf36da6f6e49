"""The documentation keeps up with the program: settings, commands, links, locks. Fails when something is left out."""

import importlib
import importlib.metadata
import os
import re
import tomllib
import unicodedata
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.chat.registry import COMMANDS as CHAT_COMMANDS
from bot.cli import COMMANDS as CLI_COMMANDS
from bot.config import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
LOCKS = {
    "requirements.lock": PROJECT["dependencies"],
    "requirements-report.lock": PROJECT["optional-dependencies"]["report"],
    "requirements-mcp.lock": PROJECT["optional-dependencies"]["mcp"],
    "requirements-replica.lock": PROJECT["optional-dependencies"]["replica"],
    "requirements-dev.lock": [
        *PROJECT["optional-dependencies"]["report"],
        *PROJECT["optional-dependencies"]["mcp"],
        *PROJECT["optional-dependencies"]["replica"],
        *PYPROJECT["dependency-groups"]["dev"],
    ],
}
PINNED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==(\S+)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
MACHINE_PATHS = re.compile(r"/(?:root|work|home/(?!\$)\w+|Users|tmp/\w+|mnt)\b")


def table_rows(text: str) -> list[list[str]]:
    """The cells of every line of every Markdown table."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines]


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    plain = re.sub(r"[`*_]", "", heading.strip().lower())
    kept = (c for c in plain if c in " -" or unicodedata.category(c)[0] in "LN")
    return "".join(kept).replace(" ", "-")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented_with_its_default(setting: "object") -> None:
    name, default, words = (getattr(setting, field) for field in ("name", "default", "help"))
    rows = [row for row in table_rows(README) if row[0] == f"`{name}`"]
    assert len(rows) == 1, f"README.md has no row for {name}"
    assert rows[0][1].strip("`") == default
    assert rows[0][2] == words
    assert re.search(rf"^# {re.escape(words)}.*\n#?{name}={re.escape(default)}$", EXAMPLE, re.MULTILINE), name


def test_no_setting_is_documented_that_there_is_not() -> None:
    names = {setting.name for setting in SETTINGS}
    shown = re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE)
    assert set(shown) == names
    assert len(shown) == len(names)
    deployed = "".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "deploy").iterdir() if file.is_file()
    )
    mentioned = set(re.findall(r"\b(?:CHENBAO|TELEGRAM)_[A-Z_]+\b", README + deployed))
    assert mentioned <= names | {f"{setting.name}_FILE" for setting in SETTINGS if setting.secret}


@pytest.mark.parametrize("name", CLI_COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert re.search(rf"`chenbao {name}\b", README), f"README.md does not show `chenbao {name}`"
    module, _, attribute = CLI_COMMANDS[name].where.partition(":")
    command = getattr(importlib.import_module(module), attribute)
    if isinstance(command, click.Group):
        shown = re.search(rf"`chenbao {name} ([a-z|\\-]+)", README)
        assert shown, name
        assert set(command.commands) == set(shown[1].replace("\\", "").split("|"))


@pytest.mark.parametrize("command", CHAT_COMMANDS, ids=lambda command: command.name)
def test_every_chat_command_is_documented(command: "object") -> None:
    name = getattr(command, "name")  # noqa: B009 - a NamedTuple of a module that knows Telegram's types
    assert re.search(rf"`/{name}[ `]", README), f"README.md does not show /{name}"


def test_no_command_is_documented_that_there_is_not() -> None:
    assert set(re.findall(r"`chenbao ([a-z]+)", README)) <= set(CLI_COMMANDS)
    rows = " ".join(" ".join(row) for row in table_rows(README) if row[0].startswith("`/"))
    assert set(re.findall(r"`/([a-z]+)", rows)) == {command.name for command in CHAT_COMMANDS}


def test_every_link_leads_somewhere() -> None:
    anchors = {anchor(heading) for heading in re.findall(r"^#{1,6} (.+)$", README, re.MULTILINE)}
    for target in LINK.findall(README):
        if re.match(r"https?://", target):
            continue
        path, _, fragment = target.partition("#")
        if path:
            assert (ROOT / path).exists(), target
        else:
            assert fragment in anchors, target


def test_the_changelog_says_what_is_unreleased() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(r"^## \[?Unreleased\]?.*?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    assert section
    assert re.search(r"^- .+", section[1], re.MULTILINE)
    released = re.findall(r"^## \[?(\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    assert PROJECT["version"] == (released[0] if released else "0.1.0")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_what_the_project_wants(name: str) -> None:
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    assert "://" not in text, "where packages come from is the machine's business"
    pinned = {
        canonicalize_name(found[1]): found[2] for found in map(PINNED.match, text.splitlines()) if found
    }
    for line in LOCKS[name]:
        wanted = Requirement(line)
        version = pinned.get(canonicalize_name(wanted.name))
        assert version, f"{name} lacks {wanted.name}"
        assert wanted.specifier.contains(version), f"{name} pins {wanted.name} {version}"


def test_the_locks_agree() -> None:
    *others, dev = (
        {canonicalize_name(found[1]): found[2] for found in map(PINNED.match, text.splitlines()) if found}
        for text in ((ROOT / "deploy" / name).read_text(encoding="utf-8") for name in LOCKS)
    )
    for pinned in others:
        assert {name: dev.get(name, version) for name, version in pinned.items()} == pinned


def test_every_pip_installs_what_is_locked() -> None:
    """pip before 23.3, as on Debian 12, knows an extra only as it is spelt: what it overlooks, we ask for ourselves."""
    text = (ROOT / "deploy" / "requirements.lock").read_text(encoding="utf-8")
    locked = [Requirement(line) for line in text.splitlines() if PINNED.match(line)]
    reached: set[str] = set()
    line = [Requirement(wanted) for wanted in PROJECT["dependencies"]]
    while line:
        wanted = line.pop()
        reached.add(canonicalize_name(wanted.name))
        found = importlib.metadata.metadata(wanted.name)
        extras = wanted.extras.intersection(found.get_all("Provides-Extra") or ())
        for needed in map(Requirement, found.get_all("Requires-Dist") or ()):
            applies = needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in ("", *extras)
            )
            if applies and (canonicalize_name(needed.name) not in reached or needed.extras):
                line.append(needed)
    for pin in locked:
        if pin.marker is None or pin.marker.evaluate():
            assert canonicalize_name(pin.name) in reached, f"a fresh install may lack {pin.name}"


def test_deploy_files_know_no_machine() -> None:
    for file in sorted((ROOT / "deploy").rglob("*")):
        if file.is_file() and file.suffix not in {".png", ".jpg"}:
            found = MACHINE_PATHS.search(file.read_text(encoding="utf-8"))
            assert found is None, f"{file.name}: {found}"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_name_every_package(name: str) -> None:
    """They are installed without looking for dependencies: pip before 23.3 would warn of an extra of lxml's."""
    lines = (ROOT / "deploy" / name).read_text(encoding="utf-8").splitlines()
    locked = [Requirement(line) for line in lines if line and not line.startswith((" ", "#"))]
    known = {canonicalize_name(one.name) for one in locked}
    wanted = [Requirement(line) for line in (*PROJECT["dependencies"], *LOCKS[name])]
    seen: set[tuple[str, str]] = set()
    while wanted:
        found = wanted.pop()
        package = canonicalize_name(found.name)
        assert package in known, found
        for extra in {"", *found.extras} - {extra for of, extra in seen if of == package}:
            seen.add((package, extra))
            needed = map(Requirement, importlib.metadata.requires(package) or [])
            wanted += [one for one in needed if one.marker is None or one.marker.evaluate({"extra": extra})]
    assert len(seen) > 40


@pytest.mark.parametrize("file", ["README.md", "deploy/Dockerfile"])
def test_whatever_is_installed_is_the_lock_and_nothing_is_looked_for(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    commands = re.findall(r"bin/pip install ([^`&\n]*)", text)
    assert commands
    for command in commands:
        assert re.fullmatch(
            r"(--no-cache-dir )?--no-deps (--use-pep517 -r deploy/requirements(-dev\.lock -e|\.lock) \.|-r deploy/requirements-(report|mcp|replica|\$extra)\.lock( \|\| exit 1; done)?)\s*",
            command,
        ), command


def test_hooks_run_what_is_installed_and_fetch_nothing() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: (.*)", text) == ["local"]
    assert set(re.findall(r"language: (.*)", text)) == {"system"}
    assert {program.split()[0] for program in re.findall(r"entry: \.venv/bin/(.*)", text)} == {"ruff", "mypy"}


@pytest.mark.parametrize("file", sorted((ROOT / "findings").glob("*")), ids=lambda file: file.name)
def test_a_finding_can_be_run_and_pins_what_it_installs(file: Path) -> None:
    """They are for people: CI never runs them, they need the package registry."""
    text = file.read_text(encoding="utf-8")
    assert os.access(file, os.X_OK)
    assert file.stem not in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert {"# Expected:", "# Seen:"} <= {line[: line.find(":") + 1] for line in text.splitlines()}
    [packages] = re.findall(r"pip\" install [a-z0-9 -]*--disable-pip-version-check (.*)", text)
    assert all(PINNED.fullmatch(package) for package in packages.split())
    assert not re.search(r"\b(?:bot|storage|chenbao)\b(?! command)", text.partition("PYTHON")[2])


def test_types_are_said_to_be_there() -> None:
    assert all((ROOT / package / "py.typed").exists() for package in ("bot", "storage"))
