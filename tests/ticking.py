"""The bot's periodic jobs at shorter intervals."""

from dataclasses import replace

from bot import ticks


def at_intervals(**seconds: float) -> tuple[ticks.PeriodicJob, ...]:
    """`ticks.JOBS` where the jobs of these names come every so many seconds."""
    assert seconds.keys() <= {job.name for job in ticks.JOBS}
    return tuple(replace(job, seconds=seconds.get(job.name, job.seconds)) for job in ticks.JOBS)
