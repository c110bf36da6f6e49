"""What is counted as it happens, and that dashboard and alerts speak of nothing else than what is there."""

import asyncio
import contextlib
import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.jobs import deliver
from bot.runtime import counters
from bot.runtime.counters import Counters, resident_bytes
from bot.runtime.health import Ticks
from bot.runtime.metrics import metrics_of
from bot.runtime.services import Newsroom, Services
from bot.runtime.store_watch import StoreWatch
from storage import editions, inbox, queues
from tests.jobs.conftest import Clock, clock, reader, room, services, source, telegram

__all__ = ["clock", "room", "services", "source", "telegram"]

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NAME = re.compile(r"\bchenbao_[a-z_]+\b")


def samples(room: Newsroom) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample of /metrics by its name and the values of its labels."""
    text = metrics_of(room, Ticks(room.now(), StoreWatch(room.db)))
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_what_happens_is_counted(services: Services, clock: Clock) -> None:
    chat = reader(services, telegram_chat_id=5)
    editions.add_all(
        services.db,
        [editions.NewEdition(chat.id, "2026-11-23", "quiet", 0, None, delivers=True)],
        "morning",
        clock.at,
    )
    assert samples(services)["chenbao_queue_length", ("deliveries",)] == 1
    assert await deliver.deliver_pending(services, clock.at) == 1
    for result in ("new", "unchanged", "status?status=503", "status?status=500"):
        services.counters.fetched(result)
    with services.counters.searching():
        pass
    services.counters.polled_at = clock.at - timedelta(seconds=7)
    found = samples(services)
    assert found["chenbao_delivery_outcomes_total", ("sent",)] == 1
    assert found["chenbao_fetches_total", ("status",)] == 2
    assert found["chenbao_search_seconds_count", ()] == 1
    assert found["chenbao_seconds_since_poll", ()] == 7
    assert found["chenbao_resident_bytes", ()] > 10**7


async def test_queues_say_since_when_the_first_waits(room: Newsroom, clock: Clock) -> None:
    assert {(queue.name, queue.length) for queue in queues.waiting(room.db, clock.at)} == {
        (name, 0) for name in ("inbox", "editions", "deliveries", "notices", "sources")
    }
    inbox.put(room.db, 1, "{}", clock.at)
    reader(room)
    clock.move(days=2)
    found = samples(room)
    assert found["chenbao_queue_age_seconds", ("inbox",)] == 2 * 86400
    assert found["chenbao_queue_length", ("editions",)] == 1
    assert found["chenbao_queue_age_seconds", ("sources",)] == 0


async def test_a_loop_that_is_late_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "LAG_SECONDS", 0.001)
    counted = Counters()
    watching = asyncio.create_task(counted.watch_loop())
    await asyncio.sleep(0.02)
    assert counted.registry.get_sample_value("chenbao_loop_lag_seconds_count")
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    assert counted.registry.get_sample_value("chenbao_loop_lag_seconds_sum") is not None


def test_where_the_system_tells_no_memory_there_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: "no such line\n")
    assert resident_bytes() is None


async def test_dashboard_and_alerts_name_figures_that_there_are(services: Services, clock: Clock) -> None:
    services.counters.polled_at = clock.at
    services.counters.fetched("new")
    services.counters.delivered("sent")
    services.counters.asked_model("ok")
    services.counters.model_said("kept", 1)
    reader(services)
    there = {name for name, _ in samples(services)}
    there |= {"chenbao_seconds_since_collection", "chenbao_deliveries"}  # once there is something to tell
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = (DEPLOY / "alerts.yml").read_text(encoding="utf-8")
    alerts = re.findall(r"^        expr: '(.+)'$", rules, re.MULTILINE)
    assert len(alerts) == rules.count("- alert:") > 8
    named = set(NAME.findall(" ".join([*asked, *alerts])))
    assert named - there == set()
    shown = {
        re.sub(r"_(bucket|sum|count)$", "", name)
        for name in there
        if re.sub(r"_(bucket|sum|count)$", "", name) not in {re.sub(r"_bucket$", "", each) for each in named}
    }
    assert shown == set(), "every figure is on the dashboard or in an alert"


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_understands_the_alerts() -> None:
    ran = subprocess.run(
        ["promtool", "check", "rules", DEPLOY / "alerts.yml"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
