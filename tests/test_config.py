"""Settings: defaults, the environment over the file, secrets from files, and one clear sentence for each bad value."""

import tomllib
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import bot
from bot import config
from bot.config import SETTINGS, Config, load_config
from bot.errors import ConfigError

TOKEN = "123456789:AbC-dEf_123"


def test_without_anything_the_defaults_hold() -> None:
    assert load_config({}) == Config()
    for setting in SETTINGS:
        if setting.default:
            assert setting.parse(setting.default) == getattr(Config(), setting.attribute), setting.name


def test_every_value_is_understood() -> None:
    config = load_config(
        {
            "TELEGRAM_BOT_TOKEN": f" {TOKEN} ",
            "TELEGRAM_API_URL": "http://127.0.0.1:8081/",
            "TELEGRAM_PROXY": "socks5://127.0.0.1:1080",
            "CHENBAO_OWNERS": "1, 22，333",
            "CHENBAO_ACCESS": "Invite",
            "CHENBAO_TIMEZONE": "Europe/Berlin",
            "CHENBAO_BRIEFING_TIME": "7:05",
            "CHENBAO_LANGUAGE": "zh-hant",
            "CHENBAO_ALLOW_NETWORKS": "192.168.0.0/16 fd00::/8",
            "CHENBAO_RSSHUB": "http://rsshub.lan:1200/feeds/",
            "CHENBAO_RETENTION_DAYS": "30",
            "CHENBAO_HTTP_ADDRESS": "[::1]:8080",
            "CHENBAO_LOG_FORMAT": "JSON",
        }
    )
    assert config.token == TOKEN
    assert config.api_url == "http://127.0.0.1:8081"
    assert config.owners == {1, 22, 333}
    assert config.access == "invite"
    assert config.zone == ZoneInfo("Europe/Berlin")
    assert config.briefing_time == "07:05"
    assert config.language == "zh-Hant"
    assert config.allow_networks == (ip_network("192.168.0.0/16"), ip_network("fd00::/8"))
    assert config.rsshub == "http://rsshub.lan:1200/feeds"
    assert config.http_address == ("::1", 8080)
    assert config.log_format == "json"


@pytest.mark.parametrize(
    ("value", "zone"),
    [("东京", "Asia/Tokyo"), ("Beijing time", "Asia/Shanghai"), ("asia/tokyo", "Asia/Tokyo"), ("EST", "EST")],
)
def test_the_zone_takes_the_names_that_the_chat_does(value: str, zone: str) -> None:
    assert load_config({"CHENBAO_TIMEZONE": value}).zone == ZoneInfo(zone)


def test_a_zone_that_may_be_several_names_them() -> None:
    with pytest.raises(ConfigError, match=r"CHENBAO_TIMEZONE “CST” .*Asia/Shanghai, America/Chicago"):
        load_config({"CHENBAO_TIMEZONE": "CST"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "no-colon"),
        ("TELEGRAM_BOT_TOKEN", "abc:def"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_PROXY", "ftp://proxy"),
        ("CHENBAO_OWNERS", "@somebody"),
        ("CHENBAO_ACCESS", "closed"),
        ("CHENBAO_TIMEZONE", "Mars/Phobos"),
        ("CHENBAO_TIMEZONE", "../../etc/passwd"),
        ("CHENBAO_BRIEFING_TIME", "25:00"),
        ("CHENBAO_BRIEFING_TIME", "8"),
        ("CHENBAO_LANGUAGE", "fr"),
        ("CHENBAO_ALLOW_NETWORKS", "192.168.0.1/16"),
        ("CHENBAO_RSSHUB", "rsshub.lan:1200"),
        ("CHENBAO_RSSHUB", "http://me:secret@rsshub.lan"),
        ("CHENBAO_RSSHUB", "http://rsshub.lan/?key=1"),
        ("CHENBAO_MODEL_SECONDS", "61"),
        ("CHENBAO_MODEL_REQUESTS", "many"),
        ("CHENBAO_MODEL_REQUESTS", "100001"),
        ("CHENBAO_MODEL_URL", "127.0.0.1:11434"),
        ("CHENBAO_MODEL_URL", "http://name:word@127.0.0.1/v1"),
        ("CHENBAO_MODEL_NAME", "two\nlines"),
        ("CHENBAO_MODEL_KEY", "with a blank"),
        ("CHENBAO_FETCH_SECONDS", "1"),
        ("CHENBAO_FETCH_SECONDS", "301"),
        ("CHENBAO_FETCH_SECONDS", "soon"),
        ("CHENBAO_RETENTION_DAYS", "0"),
        ("CHENBAO_RETENTION_DAYS", "²"),
        ("CHENBAO_WEBHOOK_URL", "example.com"),
        ("CHENBAO_HTTP_ADDRESS", "8080"),
        ("CHENBAO_HTTP_ADDRESS", "host:99999"),
        ("CHENBAO_HTTP_ADDRESS", "http://host:80"),
        ("CHENBAO_HTTP_ADDRESS", "::1:80"),
        ("CHENBAO_LOG_LEVEL", "loud"),
        ("CHENBAO_LOG_FORMAT", "xml"),
    ],
)
def test_a_bad_value_is_named_and_never_echoed_when_secret(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name} ") as caught:
        load_config({name: value})
    assert "\n" not in str(caught.value)
    if name == "TELEGRAM_BOT_TOKEN":
        assert value not in str(caught.value)


def test_the_environment_overrules_the_file(tmp_path: Path) -> None:
    file = tmp_path / "chenbao.toml"
    file.write_text('CHENBAO_ACCESS = "list"\nCHENBAO_OWNERS = [1, 2]\nCHENBAO_RETENTION_DAYS = 40\n')
    config = load_config({"CHENBAO_ACCESS": "open"}, file)
    assert config.access == "open"
    assert config.owners == {1, 2}
    assert config.retention_days == 40


@pytest.mark.parametrize("content", ["CHENBAO_NONSENSE = 1", "not toml at all"])
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "chenbao.toml"
    file.write_text(content)
    with pytest.raises(ConfigError, match=r"chenbao\.toml"):
        load_config({}, file)
    with pytest.raises(ConfigError, match="missing"):
        load_config({}, tmp_path / "missing.toml")


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(f"{TOKEN}\n")
    assert load_config({"TELEGRAM_BOT_TOKEN_FILE": str(secret)}).token == TOKEN
    with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN_FILE"):
        load_config({"TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / "missing")})


def test_secrets_stay_out_of_the_repr() -> None:
    assert TOKEN not in repr(load_config({"TELEGRAM_BOT_TOKEN": TOKEN}))


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CHENBAO_OWNRES", "CHENBAO_OWNERS"),
        ("CHENBAO_OWNER", "CHENBAO_OWNERS"),
        ("CHENBAO_DATABASE", "CHENBAO_DB"),
        ("CHENBAO_LOGLEVEL", "CHENBAO_LOG_LEVEL"),
        ("CHENBAO_TZ", "CHENBAO_TIMEZONE"),
        ("CHENBAO_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("CHENBAO_NONSENSE", "[CT]"),
        ("CHENBAO_", "[CT]"),
        ("chenbao_db", "CHENBAO_DB"),
        ("TELEGRAM_BOT_TOKENS", "TELEGRAM_BOT_TOKEN"),
        ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("CHENBAO_FULLTEXT", "CHENBAO_FULL_TEXT"),
        ("CHENBAO_ALLOWED_NETWORKS", "CHENBAO_ALLOW_NETWORKS"),
    ],
)
def test_a_name_that_is_no_setting_is_refused_with_the_nearest(tmp_path: Path, name: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{name} is no setting of Chenbao; the nearest is {meant}"):
        load_config({name: "5"})
    file = tmp_path / "chenbao.toml"
    file.write_text(f"{name} = 5\n")
    with pytest.raises(ConfigError, match=rf"{name} is no setting of Chenbao; the nearest is {meant}"):
        load_config({}, file)


def test_a_name_without_its_beginning_is_refused_with_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / "chenbao.toml"
    file.write_text("owner = 5\n")
    with pytest.raises(ConfigError, match="owner is no setting of Chenbao; the nearest is CHENBAO_OWNERS"):
        load_config({}, file)


@pytest.mark.parametrize(
    "name",
    ["CHENBAO_SERVICE_HOST", "CHENBAO_SERVICE_PORT_HTTP", "CHENBAO_PORT", "CHENBAO_PORT_8080_TCP_ADDR"],
)
def test_what_kubernetes_sets_is_refused_with_the_way_out(name: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{name} is no setting .*enableServiceLinks: false"):
        load_config({name: "tcp://10.0.0.7:8080"})


@pytest.mark.parametrize("name", ["TELEGRAM_CHAT", "TELEGRAM_API_ID", "XCHENBAO_DB", "CHENBAOX"])
def test_names_of_others_are_none_of_our_business(name: str) -> None:
    assert load_config({name: "5"}) == load_config({})


def test_every_setting_and_every_file_of_a_secret_is_known() -> None:
    for setting in SETTINGS:
        load_config({setting.name: ""})
        if setting.secret:
            load_config({f"{setting.name}_FILE": ""})


def test_quotes_around_a_value_are_no_part_of_it(tmp_path: Path) -> None:
    """An --env-file of Docker keeps them."""
    secret = tmp_path / "token"
    secret.write_text("123456789:AbC-dEf_0123456789\n", encoding="utf-8")
    config = load_config(
        {
            "CHENBAO_TIMEZONE": '"Asia/Tokyo"',
            "CHENBAO_OWNERS": "'12,34'",
            "CHENBAO_DB": '" /data/a.db"',
            "CHENBAO_BRIEFING_TIME": '""',
            "TELEGRAM_BOT_TOKEN_FILE": f'"{secret}"',
        }
    )
    assert config.zone.key == "Asia/Tokyo"
    assert config.owners == {12, 34}
    assert config.database == Path("/data/a.db")
    assert config.briefing_time == "08:00"
    assert config.token.startswith("123456789:")
    with pytest.raises(ConfigError, match="CHENBAO_TIMEZONE"):
        load_config({"CHENBAO_TIMEZONE": "\"Asia/Tokyo'"})


def test_a_setting_that_was_renamed_goes_on_working_with_one_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        config, "RENAMED", {"CHENBAO_TZ": "CHENBAO_TIMEZONE", "CHENBAO_TOKEN": "TELEGRAM_BOT_TOKEN"}
    )
    assert load_config({"CHENBAO_TZ": "Asia/Tokyo"}).zone.key == "Asia/Tokyo"
    assert [record.message for record in caplog.records] == [
        "CHENBAO_TZ is called CHENBAO_TIMEZONE now; rename it, the old name will go"
    ]
    both = load_config({"CHENBAO_TZ": "Asia/Tokyo", "CHENBAO_TIMEZONE": "Asia/Seoul"})
    assert both.zone.key == "Asia/Seoul"
    file = tmp_path / "settings.toml"
    file.write_text('CHENBAO_TZ = "Asia/Tokyo"\n')
    assert load_config({}, file).zone.key == "Asia/Tokyo"
    secret = tmp_path / "token"
    secret.write_text("1:canary")
    caplog.clear()
    assert load_config({"CHENBAO_TOKEN_FILE": str(secret)}).token == "1:canary"
    assert "canary" not in caplog.text
    assert "CHENBAO_TOKEN_FILE is called TELEGRAM_BOT_TOKEN_FILE now" in caplog.text


def test_every_setting_is_explained_in_chinese() -> None:
    helps = tomllib.loads((Path(bot.__file__).parent / "data" / "setting_help.toml").read_text("utf-8"))
    assert list(helps) == [setting.name for setting in SETTINGS]
