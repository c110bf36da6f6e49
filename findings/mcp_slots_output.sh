#!/usr/bin/env bash
# mcp 2.3.0: a tool that returns a dataclass with slots is refused as having no serializable return type.
#
# Expected: an output schema, as of a dataclass without slots: both have the fields and types that the schema is made of.
# Seen:     InvalidSignature "return type … is not serializable for structured output". The model is made with
#           getattr(cls, field) as each field's default, which for slots is the descriptor of the slot.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mcp==2.3.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from dataclasses import dataclass

from mcp.server import MCPServer


def accepted(slots: bool) -> bool:
    @dataclass(frozen=True, slots=slots)
    class Answer:
        title: str

    def tool() -> Answer:
        return Answer("x")

    tool.__annotations__ = {"return": Answer}
    try:
        MCPServer("x").add_tool(tool, structured_output=True)
    except Exception as error:
        print(f"slots={slots}: {type(error).__name__}: {error}")
        return False
    print(f"slots={slots}: accepted")
    return True


without, with_slots = accepted(False), accepted(True)
sys.exit(0 if without and not with_slots else "it behaves differently now")
PYTHON
