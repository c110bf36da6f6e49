"""What is said of the store and what it collects: integrity, index, sources, a second instance. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.jobs.doctor.finding import Finding, amiss, well
from storage.models import Source

FAILURES = 3
"""From so many failed fetches in a row on, a source counts as failing."""
NAMED = 10
STUCK = timedelta(minutes=5)


def integrity(where: str, state: str) -> Finding:
    """Whether SQLite finds the file sound."""
    if state == "ok":
        return well("store", f"{where}: ok")
    return amiss(
        "store", f"{where}: {state}; stop the bot and put a backup in place: chenbao restore FILE --force"
    )


def index(current: bool) -> Finding:
    """Whether the search index is made by the segmentation in force."""
    if current:
        return well("index", "made by the segmentation in force")
    return amiss("index", "made by another segmentation; `run` makes it anew")


def failing(listed: Sequence[Source]) -> Finding:
    """Which sources fail again and again."""
    found = [source.title for source in listed if source.failures >= FAILURES]
    if not found:
        return well("sources", f"none of {len(listed)} fails again and again")
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return amiss("sources", f"{', '.join(found[:NAMED])}{more}: `chenbao sources check` says why")


def reachable(problems: Mapping[str, str]) -> Finding | None:
    """Whether a few feeds answer now: by title what went wrong, empty where nothing did; None where none was asked."""
    if not problems:
        return None
    bad = {title: problem for title, problem in problems.items() if problem}
    if len(bad) == len(problems):
        words = "; ".join(f"{title}: {problem}" for title, problem in bad.items())
        return amiss(
            "feeds", f"none of {len(problems)} answers ({words}): see to the network and the name server"
        )
    if bad:
        words = "; ".join(f"{title}: {problem}" for title, problem in bad.items())
        return well("feeds", f"{len(problems) - len(bad)} of {len(problems)} answer; {words}")
    return well("feeds", f"all {len(problems)} that were asked answer")


def instance(running: bool, alive: datetime | None, moved: bool, now: datetime) -> Finding:
    """Whether a bot runs on this store, and does its work; `moved`: the store was last used somewhere else."""
    if running and alive is not None and now - alive > STUCK:
        return amiss(
            "instance",
            f"a bot has this store and has not ticked since {alive:%Y-%m-%d %H:%M} UTC: restart it",
        )
    if running:
        return well("instance", "one bot runs on this store")
    if moved:
        return well(
            "instance",
            "no bot runs; the store comes from a copy: its next start sends nothing again that may be sent",
        )
    return well("instance", "no bot runs on this store now")
