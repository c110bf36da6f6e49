"""What is shipped, under which licences: writes deploy/licenses.md and deploy/sbom.cdx.json from the locks.

    python -m tests.licenses

Licences are what the installed packages say of themselves (Core Metadata: License-Expression, else the classifiers, else
License). The other file is a bill of materials in CycloneDX 1.5.
"""

import importlib.metadata
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
PARTS = {"": "the bot", "-report": "reports", "-mcp": "assistants", "-replica": "replica"}
"""By what the lock's name ends with."""
PINNED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==(\S+)")
UNKNOWN = "not said"


def shipped() -> dict[tuple[str, str], list[str]]:
    """Each locked package with its version, and the parts that need it."""
    found: dict[tuple[str, str], list[str]] = {}
    for suffix, part in PARTS.items():
        for line in (DEPLOY / f"requirements{suffix}.lock").read_text(encoding="utf-8").splitlines():
            if pinned := PINNED.match(line):
                found.setdefault((pinned[1].lower(), pinned[2]), []).append(part)
    return found


def licence_of(package: str) -> str:
    """What the installed package says; `UNKNOWN` where it is not installed here (another system's) or says nothing."""
    try:
        said: Any = importlib.metadata.metadata(package)
    except importlib.metadata.PackageNotFoundError:
        return UNKNOWN
    if expression := said.get("License-Expression"):
        return str(expression)
    classes = [
        c.rpartition(" :: ")[2] for c in said.get_all("Classifier") or [] if c.startswith("License ::")
    ]
    first = str(said.get("License") or "").strip().partition("\n")[0]
    return ", ".join(each for each in classes if each != "OSI Approved") or first[:80] or UNKNOWN


def table() -> str:
    """The page."""
    rows = [
        f"| {name} | {version} | {licence_of(name)} | {', '.join(parts)} |"
        for (name, version), parts in sorted(shipped().items())
    ]
    return (
        "# Licences of what is installed\n\nMade by `python -m tests.licenses` from the locks; Chenbao itself is MIT.\n\n"
        "| package | version | licence | part |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def bill() -> str:
    """The bill of materials."""
    components = [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "licenses": [{"license": {"name": licence_of(name)}}],
        }
        for name, version in sorted(shipped())
    ]
    return json.dumps(
        {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}, indent=1
    )


def main() -> None:
    """Write both files."""
    (DEPLOY / "licenses.md").write_text(table(), encoding="utf-8")
    (DEPLOY / "sbom.cdx.json").write_text(bill() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
