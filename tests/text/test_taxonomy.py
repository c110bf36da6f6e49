from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.locales import load_locale
from bot.text.taxonomy import Taxonomy, load_taxonomy

SECOND = Path(__file__).resolve().parent.parent / "data" / "second_industry.toml"
SECTIONS = ("environment", "operations", "technology", "companies", "overseas")
TOPICS = [
    "ai",
    "semiconductor",
    "telecom",
    "security",
    "cloud",
    "industrial",
    "govtech",
    "digital_economy",
    "devices",
    "iot",
    "quantum",
    "blockchain",
    "robotics",
    "auto",
    "platform",
    "space",
    "software",
    "games",
    "capital",
]


@pytest.fixture(scope="module")
def packaged() -> Taxonomy:
    return load_taxonomy()


def test_the_packaged_industry_has_the_five_sections_in_order(packaged: Taxonomy) -> None:
    assert tuple(section.id for section in packaged.sections) == SECTIONS
    assert [section.name["zh"] for section in packaged.sections] == [
        "产业环境",
        "运营竞争",
        "技术情报",
        "企业情报",
        "海外借鉴",
    ]
    assert packaged.title["zh"] == "信息产业"


def test_the_packaged_industry_has_the_nineteen_topics(packaged: Taxonomy) -> None:
    assert [topic.id for topic in packaged.topics] == list(TOPICS)
    assert all(topic.name["zh"] and topic.name["en"] for topic in packaged.topics)
    assert all(len([cue for cue in topic.cues if cue.weight >= 3]) >= 20 for topic in packaged.topics)


def test_names_are_looked_up_by_id(packaged: Taxonomy) -> None:
    section, topic = packaged.section("overseas"), packaged.topic("quantum")
    assert section is not None
    assert section.name["zh"] == "海外借鉴"
    assert topic is not None
    assert topic.name["zh"] == "量子信息"
    assert packaged.section("weather") is None
    assert packaged.topic("weather") is None


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("ai", "ai"),
        ("AI", "ai"),
        ("人工智能", "ai"),
        ("大模型", "ai"),
        ("半导体", "semiconductor"),
        ("芯片", "semiconductor"),
        ("晶片", "semiconductor"),
        ("集成電路", "semiconductor"),
        ("５Ｇ", "telecom"),
        ("运营商", "telecom"),
        ("Artificial  Intelligence", "ai"),
        ("digital_economy", "digital_economy"),
        ("机器人", "robotics"),
        ("智慧城市", "govtech"),
        ("", None),
        ("！", None),
        ("足球", None),
    ],
)
def test_a_person_finds_a_topic_by_any_of_its_names(
    packaged: Taxonomy, words: str, topic: str | None
) -> None:
    found = packaged.find_topic(words)
    assert (found.id if found else None) == topic


def test_no_two_topics_answer_to_one_name(packaged: Taxonomy) -> None:
    for topic in packaged.topics:
        for name in (topic.id, *topic.name.values()):
            assert packaged.find_topic(name) is topic, name


def test_words_are_names_that_segmentation_keeps_whole(packaged: Taxonomy) -> None:
    words = packaged.words()
    assert {"人工智能", "光刻机", "华为", "risc-v"} <= set(words)
    assert all(len(word) > 1 and " " not in word for word in words)


def test_another_industry_takes_its_place() -> None:
    second = load_taxonomy(SECOND)
    assert second.title == {"zh": "新能源与农业", "en": "New energy and farming"}
    assert [section.id for section in second.sections] == ["policy", "market", "fields"]
    assert len(second.topics) == 6
    found = second.find_topic("太阳能")
    assert found is not None
    assert found.id == "solar"
    assert second.find_topic("半导体") is None


MINIMAL = '[[sections]]\nid = "one"\nname = { zh = "一" }\n'


def write(folder: Path, text: str) -> Path:
    file = folder / "own.toml"
    file.write_text('title = { zh = "甲" }\n' + text, encoding="utf-8")
    return file


def test_a_name_without_english_is_shown_in_chinese(tmp_path: Path) -> None:
    taxonomy = load_taxonomy(write(tmp_path, MINIMAL))
    assert taxonomy.sections[0].name == {"zh": "一", "en": "一"}
    assert taxonomy.topics == ()


def test_names_are_known_as_they_are_written_in_taiwan() -> None:
    taiwan = load_locale("zh-Hant")
    for topic in load_taxonomy().topics:
        assert load_taxonomy().find_topic(taiwan.own(topic.name["zh"])) is topic, topic.id
    for section in load_taxonomy().sections:
        assert load_taxonomy().find_section(taiwan.own(section.name["zh"])) is section, section.id
    assert load_taxonomy().find_topic("軟體") is load_taxonomy().topic("software")
    assert load_taxonomy().find_section("\ud800") is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("= 1", "not valid TOML"),
        ("", "sections must be a list of at least one"),
        ("sections = 3", "sections must be a list of [[sections]] tables"),
        ("sections = [1]", "sections must be a list of [[sections]] tables"),
        ("weather = 1\n" + MINIMAL, "the file has an unknown key 'weather'"),
        (MINIMAL + "bais = 2", "sections[1] has an unknown key 'bais'"),
        (MINIMAL + 'bias = "2"', "sections[1].bias must be a number"),
        (MINIMAL + "bias = true", "sections[1].bias must be a number"),
        (MINIMAL + MINIMAL, "two entries with the id 'one'"),
        (MINIMAL + 'cues.high = ["一"]', "sections[1].cues.high must be named by a weight"),
        (MINIMAL + "cues.3 = 4", "sections[1].cues.3 must be a list of words"),
        (MINIMAL + "cues.3 = [4]", "sections[1].cues.3 must be a list of words"),
        (MINIMAL + "cues.3 = ['']", "sections[1].cues.3 must be a list of words"),
        (MINIMAL + "cues = 4", "sections[1].cues must be a table"),
        ('[[sections]]\nname = { zh = "一" }', "sections[1].id must be a Latin name"),
        ('[[sections]]\nid = "政策"\nname = { zh = "一" }', "sections[1].id must be a Latin name"),
        (f'[[sections]]\nid = "{"x" * 25}"\nname = {{ zh = "一" }}', "sections[1].id must be a Latin name"),
        ('[[sections]]\nid = "one"', "sections[1].name must be a table with at least a Chinese name"),
        (
            '[[sections]]\nid = "one"\nname = { zh = "一", en = 1 }',
            "sections[1].name must be a table of names",
        ),
        (MINIMAL + '[[topics]]\nid = "two"\nname = { en = "two" }', "topics[1].name must be"),
        (
            MINIMAL + '[[topics]]\nid = "two"\nname = { zh = "二" }\naliases = "2"',
            "topics[1].aliases must be a list",
        ),
        (
            MINIMAL + "[[lexicons]]\nwords = []\nsections = { two = 1 }",
            "lexicons[1].sections.two must be the id",
        ),
        (
            MINIMAL + "[[lexicons]]\ntopics = { two = 1 }",
            "lexicons[1].topics.two must be the id of one of the topics",
        ),
        (MINIMAL + "[industry]\nthreshold = []", "industry.threshold must be a number"),
        (MINIMAL + "[neutral]\nwords = 1", "neutral.words must be a list of words"),
    ],
)
def test_a_mistake_is_told_by_file_and_key(tmp_path: Path, text: str, complaint: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        load_taxonomy(file)
    assert str(file) in str(error.value)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_without_a_title_or_none_at_all_is_told(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    with pytest.raises(ConfigError, match=r"own\.toml cannot be read"):
        load_taxonomy(file)
    file.write_text(MINIMAL, encoding="utf-8")
    with pytest.raises(ConfigError, match="title must be a table"):
        load_taxonomy(file)
    other = tmp_path / "latin.toml"
    other.write_bytes('title = { zh = "甲" }'.encode("gb18030"))
    with pytest.raises(ConfigError, match=r"latin\.toml cannot be read"):
        load_taxonomy(other)
