"""Random lives of one reader: a state machine over a newsroom, run step by step."""

from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from bot.config import Config
from bot.runtime.newsroom import open_reading
from bot.runtime.services import Newsroom
from storage.database import open_database

Machine = TypeVar("Machine", bound=RuleBasedStateMachine)


def in_a_newsroom(machine: type[Machine], folder: Path, at: datetime) -> type[Machine]:
    """The machine with a newsroom of its own as `room`, over an empty store, as of `at` (aware)."""
    db = open_database(folder / "chenbao.db")
    config, nothing = Config(), cast("Any", None)
    room = Newsroom(config, db, lambda: at, open_reading(config, db, at), nothing, nothing, nothing)
    return cast("type[Machine]", type(machine.__name__, (machine,), {"room": room}))


def live(machine: type[RuleBasedStateMachine], lives: int, steps: int) -> None:
    """Run so many lives of so many steps; whatever breaks an invariant is shortened and raised."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=lives, stateful_step_count=steps, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
