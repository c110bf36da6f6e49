"""The container image without a container engine: each step of deploy/Dockerfile in a scratch root. `python -m tests.image`

    context by .dockerignore → the build stage's RUN lines → the last stage's → the bot as USER says, root read-only, no
    capability, /data and /tmp alone writable → an answer, the health check, what must not be writable, SIGTERM

Linux, as root (`unshare`, `chroot`, `setpriv`). The base image is played by this machine's /usr and a Python of the version
that it names (`--python PREFIX`). Not tried: the base image itself, layers, the engine.
"""

import argparse
import fnmatch
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.doubles.bot_api import BotApi

REPOSITORY = Path(__file__).resolve().parent.parent
READER = 7
_SHARED = ("usr", "bin", "lib", "lib64", "sbin")
_DEVICES = ("null", "zero", "random", "urandom", "full")
_ETC = (
    "ssl",
    "resolv.conf",
    "nsswitch.conf",
    "hosts",
    "login.defs",
    "ca-certificates",
    "pip.conf",
    "xdg",
    "default",
)


@dataclass
class Stage:
    """One FROM of the Dockerfile."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)


def stages_of(text: str) -> list[Stage]:
    """The Dockerfile's stages, each with its instructions in order."""
    found: list[Stage] = []
    for line in re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base, name))
        elif word:
            found[-1].steps.append((word, rest.strip()))
    return found


def in_context(path: str, rules: list[str]) -> bool:
    """Whether .dockerignore lets this file into the context: the last rule that meets it or a folder of it counts."""
    inside = True
    parts = path.split("/")
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/")
        heads = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        if any(fnmatch.fnmatch(head, pattern) for head in [*heads, *(parts if "**/" in rule else [])]):
            inside = rule.startswith("!")
    return inside


def context(folder: Path) -> Path:
    """What the engine would be sent: the committed and changed files that .dockerignore lets through."""
    rules = [line for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line]
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    for name in filter(lambda path: in_context(path, rules), listed.stdout.splitlines()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, folder / name)
    return folder


@dataclass
class Root:
    """A scratch root in which commands run; only in a mount namespace of our own."""

    path: Path
    python: Path
    extras: str
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"}
    )
    directory: str = "/"
    user: str = ""

    def prepare(self) -> None:
        """This machine's /usr, read-only, with the Python in /usr/local as its image has it."""
        for name in (*_SHARED, "tmp", "root", "etc", "opt", "proc", "dev"):
            (self.path / name).mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "proc", "proc", self.path / "proc"], check=True)
        for name in _DEVICES:
            (self.path / "dev" / name).touch()
            subprocess.run(["mount", "--bind", f"/dev/{name}", self.path / "dev" / name], check=True)
        for name in _SHARED:
            if (Path("/") / name).exists():
                self._bind(Path("/") / name, self.path / name)
        self._bind(self.python, self.path / "usr/local")
        for name in _ETC:
            source, target = Path("/etc") / name, self.path / "etc" / name
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True, ignore_dangling_symlinks=True)
            elif source.exists():
                shutil.copy(source, target)
        for name, line in (
            ("passwd", "root:x:0:0::/root:/bin/sh"),
            ("group", "root:x:0:"),
            ("shadow", "root:*:1::::::"),
        ):
            (self.path / "etc" / name).write_text(line + "\n")
        (self.path / "etc/ld.so.conf").write_text("/usr/local/lib\n")
        subprocess.run(["/usr/sbin/chroot", str(self.path), "/sbin/ldconfig"], check=True)
        for folder in Path("/opt").glob("*"):  # where this machine keeps packages for pip
            if folder.is_dir() and folder.name != "chenbao":
                (self.path / "opt" / folder.name).mkdir()
                self._bind(folder, self.path / "opt" / folder.name)

    def _bind(self, source: Path, target: Path) -> None:
        subprocess.run(["mount", "--bind", source, target], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", target], check=True)

    def take(self, stage: Stage, sent: Path, earlier: "Root | None") -> None:
        """All instructions of a stage, in order."""
        for word, rest in stage.steps:
            print(f"  {word} {rest[:110]}", flush=True)
            if word == "WORKDIR":
                self.directory = rest
                self._inside(rest).mkdir(parents=True, exist_ok=True)
            elif word == "COPY":
                self._copy(rest, sent, earlier)
            elif word == "RUN":
                subprocess.run(self.command(["/bin/sh", "-c", rest]), env=self.environment, check=True)
            elif word == "ARG":
                name, _, value = rest.partition("=")
                self.environment[name] = self.extras or value.strip('"')
            elif word == "ENV":
                for pair in shlex.split(rest):
                    name, _, value = pair.partition("=")
                    self.environment[name] = value.replace("$PATH", self.environment["PATH"])
            elif word == "USER":
                self.user = rest

    def _inside(self, path: str) -> Path:
        return self.path / str(Path(self.directory) / path).lstrip("/")

    def _copy(self, rest: str, sent: Path, earlier: "Root | None") -> None:
        *sources, target = [word for word in rest.split() if not word.startswith("--from")]
        base = earlier.path if "--from" in rest and earlier else sent
        for pattern in sources:
            found = sorted(base.glob(pattern.lstrip("/")))
            assert found, f"COPY {pattern}: nothing of that name is in the context"
            for source in found:
                place = self._inside(target)
                if source.is_dir():
                    shutil.copytree(source, place, symlinks=True, dirs_exist_ok=True)
                else:
                    place = place / source.name if target.endswith("/") else place
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(source, place)

    def command(self, words: list[str]) -> list[str]:
        """A command in this root, as its user, with no capability left if that is not root."""
        inside = f"cd {shlex.quote(self.directory)} && exec {shlex.join(words)}"
        drop = [
            "--reuid",
            self.user,
            "--regid",
            self.user,
            "--clear-groups",
            "--no-new-privs",
            "--bounding-set",
            "-all",
        ]
        setpriv = ["setpriv", *drop, "--inh-caps", "-all"] if self.user else []
        return ["/usr/sbin/chroot", str(self.path), *setpriv, "/bin/sh", "-c", inside]

    def close(self) -> None:
        """As `read_only: true`, `tmpfs: /tmp` and the volume make it."""
        subprocess.run(["mount", "--rbind", self.path, self.path], check=True)
        for place in ("data", "tmp"):
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", self.path / place], check=True
            )
        own = ["/usr/sbin/chroot", str(self.path), "/bin/chown", "chenbao:chenbao", "/data"]
        subprocess.run(own, env=self.environment, check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", self.path], check=True)


def serve(root: Root, last: Stage) -> None:
    """The bot as the image starts it, asked something, looked at, stopped."""
    words = dict(last.steps)
    started = time.monotonic()
    with BotApi() as api:
        given = {
            **root.environment,
            "TELEGRAM_BOT_TOKEN": api.token,
            "TELEGRAM_API_URL": api.url,
            "CHENBAO_HTTP_ADDRESS": "127.0.0.1:18080",
            "CHENBAO_FULL_TEXT": "never",
        }
        for place in ("/x", "/opt/chenbao/x", "/etc/x", "/data/x"):
            wrote = subprocess.run(
                root.command(["touch", place]), env=given, capture_output=True, check=False
            )
            print(f"  touch {place}: {'written' if wrote.returncode == 0 else 'refused'}")
            assert (wrote.returncode == 0) == place.startswith("/data"), place
        entry = [*json.loads(words["ENTRYPOINT"]), *json.loads(words["CMD"])]
        bot = subprocess.Popen(root.command(entry), env=given)
        try:
            api.say(READER, "/start")
            api.wait_for(lambda: bool(api.shown) or bot.poll() is not None, 60)
            assert api.shown, "no answer"
            print(f"  answered after {time.monotonic() - started:.1f} s", flush=True)
            check = json.loads(words["HEALTHCHECK"].partition("CMD")[2])
            health = subprocess.run(root.command(check), env=given, timeout=5, check=False)
            status = Path(f"/proc/{bot.pid}/status").read_text()
            print(f"  health check: exit {health.returncode}")
            assert health.returncode == 0
            for line in (
                "Uid:\t10001\t10001",
                "CapEff:\t0000000000000000",
                "CapBnd:\t0000000000000000",
                "NoNewPrivs:\t1",
            ):
                assert line in status, line
            bot.send_signal(getattr(signal, words["STOPSIGNAL"]))
            stopped = time.monotonic()
            assert bot.wait(10) == 0
            print(
                f"  stopped within {time.monotonic() - stopped:.1f} s; in /data: {sorted(each.name for each in (root.path / 'data').iterdir())}"
            )
        finally:
            bot.kill()
            bot.wait()


def main() -> int:
    """Build, run, say what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--python", type=Path, default=Path(sys.base_prefix), help="prefix of the base image's Python"
    )
    parser.add_argument("--extras", default="", help="the build argument EXTRAS")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        build(given.inside, given.python, given.extras)
        return 0
    folder = Path(tempfile.mkdtemp(prefix="chenbao-image-"))
    words = ["--inside", str(folder), "--python", str(given.python), "--extras", given.extras]
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, "-m", "tests.image", *words]
    ended = subprocess.run(command, check=False)
    # Its mounts went with its namespace: what is left here are plain files.
    assert str(folder) not in Path("/proc/mounts").read_text()
    shutil.rmtree(folder)
    if ended.returncode == 0:
        print("the image's steps are done")
    return ended.returncode


def build(folder: Path, python: Path, extras: str) -> None:
    """All stages below this folder, and the bot of the last one; in a mount namespace of our own."""
    stages = stages_of((REPOSITORY / "deploy/Dockerfile").read_text())
    sent = context(folder / "context")
    root: Root | None = None
    for number, stage in enumerate(stages):
        print(f"FROM {stage.base}, played by {python}", flush=True)
        path = folder / str(number)
        path.mkdir()
        path.chmod(0o755)
        made = Root(path, python, extras)
        made.prepare()
        made.take(stage, sent, root)
        root = made
    assert root is not None
    root.close()
    serve(root, stages[-1])


if __name__ == "__main__":
    sys.exit(main())
