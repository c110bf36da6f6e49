"""What may have been meant is named in the reader's language."""

import pytest

from bot.search.search import Search
from tests.chat.conftest import Talk


@pytest.mark.parametrize(("code", "named"), [("zh-hans", "通信"), ("en", "5G and telecom")])
async def test_a_topic_is_named_as_the_reader_knows_it(
    stocked: Talk, monkeypatch: pytest.MonkeyPatch, code: str, named: str
) -> None:
    topic = stocked.services.reading.taxonomy.find_topic("5G and telecom")
    assert topic is not None
    find = Search.find

    def finding(self: Search, *given: object, **more: object) -> object:
        found = find(self, *given, **more)  # type: ignore[arg-type]
        object.__setattr__(found, "near", (topic.name["en"], topic.name["zh"], "宇树"))
        return found

    monkeypatch.setattr(Search, "find", finding)
    await stocked.say("/start", code=code)
    await stocked.say("/search qqzzxx", code=code)
    labels = [button["text"] for button in stocked.last.buttons]
    assert sum(named in label for label in labels) == 1
    assert any("宇树" in label for label in labels)
    if code == "zh-hans":
        assert not any("telecom" in label for label in labels)
