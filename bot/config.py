"""Every setting, once: its name, default and help. `load_config` turns strings into one frozen Config.

Reads no environment itself: the command line hands in a mapping.
"""

import logging
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot import setting_parsers as parsers
from bot.errors import ConfigError
from bot.languages import LANGUAGES
from bot.setting_parsers import Network

log = logging.getLogger(__name__)

Access = Literal["open", "invite", "list"]
Backlog = Literal["brief", "skip"]
FullTexts = Literal["auto", "never"]

OWN_PREFIX = "CHENBAO_"
KUBERNETES = re.compile(r"CHENBAO_(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_\w+)?)")
"""What Kubernetes adds to the environment of every container beside a service of that name (its "service links")."""
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force. Secrets are kept out of `repr`."""

    token: str = field(default="", repr=False)
    api_url: str = "https://api.telegram.org"
    proxy: str = field(default="", repr=False)
    database: Path = Path("chenbao.db")
    owners: frozenset[int] = frozenset()
    access: Access = "open"
    topics: Path | None = None
    aliases: Path | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    briefing_time: str = "08:00"
    language: str = "zh-Hans"
    allow_networks: tuple[Network, ...] = ()
    rsshub: str = ""
    fetch_seconds: float = 8.0
    backlog: Backlog = "brief"
    full_text: FullTexts = "auto"
    retention_days: int = 365
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    http_address: tuple[str, int] | None = None
    mcp_token: str = field(default="", repr=False)
    http_url: str = ""
    model_url: str = ""
    model_name: str = ""
    model_key: str = field(default="", repr=False)
    model_seconds: float = 20.0
    model_requests: int = 50
    report_title: str = ""
    log_level: str = "INFO"
    log_format: Literal["text", "json"] = "text"


def pages_at(config: Config) -> str:
    """The root of the addresses at which people reach our pages, without a slash at its end; empty where none are
    served."""
    if config.http_url or config.http_address is None:
        return config.http_url if config.http_address else ""
    host, port = config.http_address
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - everywhere is no address to go to
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: the Config field it fills, its default as an operator would write it, and its help line."""

    name: str
    attribute: str
    default: str
    help: str
    parse: Callable[[str], Any]
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "TELEGRAM_BOT_TOKEN",
        "token",
        "",
        "the bot's token from BotFather; needed by `run`",
        parsers.token,
        secret=True,
    ),
    Setting(
        "TELEGRAM_API_URL", "api_url", "https://api.telegram.org", "root of the Bot API server", parsers.root
    ),
    Setting(
        "TELEGRAM_PROXY",
        "proxy",
        "",
        "http:// or socks5:// proxy towards Telegram",
        parsers.proxy,
        secret=True,
    ),
    Setting("CHENBAO_DB", "database", "chenbao.db", "the SQLite file that holds everything", Path),
    Setting(
        "CHENBAO_OWNERS",
        "owners",
        "",
        "numeric Telegram ids of those who administer; empty: nobody",
        parsers.owners,
    ),
    Setting(
        "CHENBAO_ACCESS",
        "access",
        "open",
        "who may use the bot: open, invite (owners and those whom "
        "an owner's /invite let in) or list (owners only)",
        parsers.one_of("open", "invite", "list"),
    ),
    Setting("CHENBAO_TOPICS", "topics", "", "a TOML file with another set of sections and topics", Path),
    Setting(
        "CHENBAO_OTHER_NAMES",
        "aliases",
        "",
        "a TOML file with more names that mean one company or person (脸书 and Meta)",
        Path,
    ),
    Setting(
        "CHENBAO_TIMEZONE",
        "zone",
        "Asia/Shanghai",
        "zone of new readers, and of times without one; a city will do: 东京, London",
        parsers.zone,
    ),
    Setting(
        "CHENBAO_BRIEFING_TIME",
        "briefing_time",
        "08:00",
        "local time of a new reader's digest",
        parsers.time_of_day,
    ),
    Setting(
        "CHENBAO_LANGUAGE",
        "language",
        "zh-Hans",
        "language where a reader's own is unknown: zh-Hans, zh-Hant, en, or another of bot/locales",
        parsers.one_of(*LANGUAGES),
    ),
    Setting(
        "CHENBAO_ALLOW_NETWORKS",
        "allow_networks",
        "",
        "private networks that feeds may be on, as CIDRs",
        parsers.networks,
    ),
    Setting(
        "CHENBAO_RSSHUB",
        "rsshub",
        "",
        "root of an RSSHub instance, for the catalogue's sources that come through one; on a private network, "
        "CHENBAO_ALLOW_NETWORKS must name that too",
        parsers.bare_root,
    ),
    Setting(
        "CHENBAO_FETCH_SECONDS",
        "fetch_seconds",
        "8",
        "seconds that a source may take to answer, from the connection to the last byte; more for a slow RSSHub",
        parsers.seconds,
    ),
    Setting(
        "CHENBAO_BACKLOG",
        "backlog",
        "brief",
        "news from before the bot came back after 12 hours or more: brief (the best of it once, in the next "
        "edition) or skip (all older than a day is only archived)",
        parsers.one_of("brief", "skip"),
    ),
    Setting(
        "CHENBAO_FULL_TEXT",
        "full_text",
        "auto",
        "articles' pages, where a feed has only a teaser: auto (fetched, as each source says) or never (none at all)",
        parsers.one_of("auto", "never"),
    ),
    Setting("CHENBAO_RETENTION_DAYS", "retention_days", "365", "days that articles are kept", parsers.days),
    Setting(
        "CHENBAO_WEBHOOK_URL",
        "webhook_url",
        "",
        "public https:// address for updates instead of polling; a proxy hands them to CHENBAO_HTTP_ADDRESS",
        parsers.https,
    ),
    Setting(
        "CHENBAO_WEBHOOK_SECRET",
        "webhook_secret",
        "",
        "what Telegram must present at the webhook",
        parsers.secret,
        secret=True,
    ),
    Setting(
        "CHENBAO_HTTP_ADDRESS",
        "http_address",
        "",
        "HOST:PORT for /health, /metrics, the webhook, the console and feeds; empty: none",
        parsers.address,
    ),
    Setting(
        "CHENBAO_MCP_TOKEN",
        "mcp_token",
        "",
        "what an assistant must present (Authorization: Bearer …) at /mcp of CHENBAO_HTTP_ADDRESS; empty: no /mcp",
        parsers.secret,
        secret=True,
    ),
    Setting(
        "CHENBAO_HTTP_URL",
        "http_url",
        "",
        "where people reach CHENBAO_HTTP_ADDRESS, for links to the console and to feeds: https://news.example.com; "
        "empty: http://HOST:PORT",
        parsers.origin,
    ),
    Setting(
        "CHENBAO_MODEL_URL",
        "model_url",
        "",
        "root of an OpenAI-compatible endpoint that writes the 导读 of editions and reports, such as "
        "http://127.0.0.1:11434/v1; every sentence is checked against its stories; empty: none",
        parsers.bare_root,
    ),
    Setting(
        "CHENBAO_MODEL_NAME",
        "model_name",
        "",
        "the model's name there; needed with CHENBAO_MODEL_URL",
        parsers.one_line,
    ),
    Setting(
        "CHENBAO_MODEL_KEY",
        "model_key",
        "",
        "the endpoint's key, where it wants one",
        parsers.key,
        secret=True,
    ),
    Setting(
        "CHENBAO_MODEL_SECONDS",
        "model_seconds",
        "20",
        "seconds that the model may take; an edition waits no longer for it",
        parsers.model_seconds,
    ),
    Setting(
        "CHENBAO_MODEL_REQUESTS",
        "model_requests",
        "50",
        "questions to the model a day (of CHENBAO_TIMEZONE); editions beyond have the counted overview",
        parsers.count,
    ),
    Setting(
        "CHENBAO_REPORT_TITLE",
        "report_title",
        "",
        "title of the printed periodical; empty: the industry's name",
        parsers.title,
    ),
    Setting(
        "CHENBAO_LOG_LEVEL", "log_level", "INFO", "DEBUG, INFO, WARNING or ERROR", parsers.one_of(*LOG_LEVELS)
    ),
    Setting("CHENBAO_LOG_FORMAT", "log_format", "text", "text or json", parsers.one_of("text", "json")),
)


_NAMES = frozenset(
    name for setting in SETTINGS for name in (setting.name, f"{setting.name}_FILE")[: 1 + setting.secret]
)


RENAMED: dict[str, str] = {}
"""Settings that were called otherwise: the old name, and today's. The old one goes on working, with a warning."""


def load_config(environ: Mapping[str, str], file: Path | None = None) -> Config:
    """The Config that the environment and a TOML file (its keys are the settings' names) describe.

    The environment overrules the file; a secret may also stand in the file that `NAME_FILE` names.
    Raises ConfigError, naming the setting, for a value that cannot be used, and for a name that is no setting's,
    naming the nearest one.
    """
    environ = _by_today(environ)
    _refuse_unknown(environ)
    written = _read_file(file) if file else {}
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = _unquoted(environ.get(setting.name, "")) or written.get(setting.name, "").strip()
        if not text and setting.secret:
            text = _read_secret(
                setting.name,
                _unquoted(environ.get(f"{setting.name}_FILE", "")) or written.get(f"{setting.name}_FILE"),
            )
        if not text:
            continue
        try:
            values[setting.attribute] = setting.parse(text)
        except ValueError as error:
            raise ConfigError(f"{setting.name} {error}") from None
    return Config(**values)


def _by_today(given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with those of an old name under today's, unless that is given too."""
    values = dict(given)
    for old, new in RENAMED.items():
        for suffix in ("", "_FILE"):
            if old + suffix in values:
                value = values.pop(old + suffix)
                values.setdefault(new + suffix, value)
                log.warning(
                    "%s is called %s now; rename it, the old name will go", old + suffix, new + suffix
                )
    return values


def _unquoted(value: str) -> str:
    """Without the quotes around all of it: in a shell they vanish, in an --env-file of Docker they belong to the value."""
    value = value.strip()
    quoted = re.fullmatch(r"([\"'])(.*)\1", value, re.DOTALL)
    return quoted[2].strip() if quoted else value


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    """A name of our prefix that is no setting would be ignored in silence, and another file or rule hold than the
    operator believes. Of TELEGRAM_… only near misses: other programs have settings of that prefix too.
    """
    for name in sorted(environ):
        if name in _NAMES:
            continue
        if name.upper().startswith(OWN_PREFIX):
            raise ConfigError(f"{name} {_unknown(name)}")
        if name.startswith("TELEGRAM_") and get_close_matches(name, _NAMES, n=1, cutoff=0.87):
            raise ConfigError(f"{name} {_unknown(name)}")


def _unknown(name: str) -> str:
    """What to say of a name that is no setting: the nearest one, or who else sets it."""
    if KUBERNETES.fullmatch(name):
        return (
            "is no setting of Chenbao: Kubernetes sets it for a service called chenbao; "
            "put enableServiceLinks: false into the pod's spec"
        )
    # What all of ours begin with says nothing: CHENBAO_TZ means CHENBAO_TIMEZONE, not CHENBAO_DB.
    said = re.sub("^(?:CHENBAO|TELEGRAM)_", "", name.upper())
    ends = {known.partition("_")[2]: known for known in sorted(_NAMES)}
    ends |= {"TOKEN": "TELEGRAM_BOT_TOKEN"}  # of several, the bot's is meant
    return (
        f"is no setting of Chenbao; the nearest is {ends[get_close_matches(said, ends, n=1, cutoff=0.0)[0]]}"
    )


def _read_file(file: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"--config {file} cannot be read: {error}") from error
    table = _by_today(table)
    for key in table:
        if key not in _NAMES:
            raise ConfigError(f"--config {file}: {key} {_unknown(key)}")
    return {
        key: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in table.items()
    }


def _read_secret(name: str, file: str | None) -> str:
    if not file:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}_FILE cannot be read: {error}") from error
