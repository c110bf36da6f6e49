"""What deploy/ holds does what it says: units are closed off, Litestream reads its settings, the script restores."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.jobs.doctor.gathering import CONTAINERS
from storage import meta
from storage.database import open_database
from tests import licenses
from tests.faults.replicas import binary

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
LITESTREAM = pytest.mark.skipif(binary() is None, reason="litestream is not installed")
MOST_EXPOSED = 3.0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", ["chenbao.service", "chenbao-replica.service"])
def test_a_unit_is_closed_off(unit: str) -> None:
    ran = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", DEPLOY / unit],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", ran.stdout)
    assert found, ran.stderr
    assert float(found[1]) <= MOST_EXPOSED


def test_a_container_can_write_its_volume_alone() -> None:
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER chenbao$", image, re.MULTILINE)
    assert len(re.findall(r"^VOLUME ", image, re.MULTILINE)) == 1
    assert "HEALTHCHECK" in image
    for name in ("compose.yaml", "compose.replica.yaml"):
        compose = (DEPLOY / name).read_text(encoding="utf-8")
        for line in ("read_only: true", "cap_drop: [ALL]", 'security_opt: ["no-new-privileges:true"]'):
            assert line in compose, name


def test_what_an_upgrade_writes_beside_the_store_goes_to_the_disk() -> None:
    """As much as the store weighs, and /tmp is memory."""
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "\nVOLUME /data\n" in image
    assert "\nENV SQLITE_TMPDIR=/data\n" in image
    assert "    tmpfs:\n      - /tmp\n" in (DEPLOY / "compose.yaml").read_text(encoding="utf-8")


def test_the_doctor_knows_our_image() -> None:
    """By a mark of its own: Podman hides its one from a container whose root is read-only."""
    assert f"touch {CONTAINERS[-1]}\n" in (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("unit", ["chenbao.service", "chenbao-replica.service"])
def test_what_a_unit_may_not_do_is_refused_and_kills_nothing(unit: str) -> None:
    """Go asks for more open files at its start: Litestream was killed for it again and again."""
    lines = (DEPLOY / unit).read_text(encoding="utf-8").splitlines()
    assert "SystemCallErrorNumber=EPERM" in lines


def test_a_replica_may_be_a_folder() -> None:
    """In the container and under the unit, where everything else is read-only."""
    compose = (DEPLOY / "compose.replica.yaml").read_text(encoding="utf-8")
    assert "- ${REPLICA_FOLDER:-replica}:/replica\n" in compose
    assert " /replica " in (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    unit = (DEPLOY / "chenbao-replica.service").read_text(encoding="utf-8")
    assert "StateDirectory=chenbao chenbao-replica\n" in unit
    assert "StateDirectory=chenbao-replica\n" in (DEPLOY / "restore-before.conf").read_text(encoding="utf-8")


def surroundings(folder: Path) -> dict[str, str]:
    """The environment that the script and Litestream's settings ask for."""
    scripts = str(Path(sys.executable).parent)
    return {
        "PATH": f"{scripts}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "CHENBAO_DB": str(folder / "chenbao.db"),
        "REPLICA_URL": f"file://{folder}/replica",
    }


@LITESTREAM
def test_litestream_reads_its_settings_and_the_script_brings_the_store_back(tmp_path: Path) -> None:
    environment = surroundings(tmp_path)

    def ran(*command: str | Path) -> str:
        done = subprocess.run(
            [*map(str, command)], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    store, script = tmp_path / "chenbao.db", DEPLOY / "restore-if-missing.sh"
    assert ran("/bin/sh", script).count("Traceback") == 0
    assert not store.exists(), "there is no replica yet: the bot begins anew"
    with closing(open_database(store)) as db:
        meta.put(db, "kept", "safe")
    ran(str(binary()), "replicate", "-once", "-config", DEPLOY / "litestream.yml")
    ran("/bin/sh", script)
    for file in tmp_path.glob("chenbao.db*"):
        file.unlink() if file.is_file() else shutil.rmtree(file)
    shutil.rmtree(tmp_path / ".chenbao.db-litestream", ignore_errors=True)
    assert "restored from" in ran("/bin/sh", script)
    with closing(open_database(store)) as db:
        assert meta.get(db, "kept") == "safe"
    assert [file.name for file in tmp_path.glob("chenbao.db.incoming*")] == []


def test_a_backup_takes_nothing_of_litestream_along(tmp_path: Path) -> None:
    """Its copy begins a life of its own, and a restored one is replicated anew."""
    from storage import integrity, replica  # noqa: PLC0415 - what this one test is about

    store, copy, back = (tmp_path / name for name in ("chenbao.db", "copy.db", "back.db"))
    with closing(open_database(store)) as db:
        for table in replica.TABLES:
            db.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, seq INTEGER)")
        assert replica.is_replicated(db)
        integrity.back_up(db, copy)
    integrity.copy_of_store(store, back)
    for path in (copy, back):
        with closing(open_database(path)) as db:
            assert not replica.is_replicated(db)


def test_every_locked_package_has_its_licence_written_down() -> None:
    page = (DEPLOY / "licenses.md").read_text(encoding="utf-8")
    bill = json.loads((DEPLOY / "sbom.cdx.json").read_text(encoding="utf-8"))
    listed = {(one["name"], one["version"]) for one in bill["components"]}
    for name, version in licenses.shipped():
        assert f"| {name} | {version} | " in page, "run: python -m tests.licenses"
        assert (name, version) in listed


def test_tab_completes_commands() -> None:
    """click's own completion, as docs/OPERATIONS.md has it."""
    ran = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()"],
        env={
            "_CHENBAO_COMPLETE": "bash_complete",
            "COMP_WORDS": "chenbao doc",
            "COMP_CWORD": "1",
            "PATH": "/usr/bin",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.split() == ["plain,doctor"], ran.stderr
