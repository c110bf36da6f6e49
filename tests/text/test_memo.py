"""What was found out is kept, within bounds."""

from bot.text.memo import Memo


def test_nothing_is_found_out_twice() -> None:
    asked: list[str] = []

    def find(word: str) -> int:
        asked.append(word)
        return len(word)

    kept = Memo(find, most=3)
    assert [kept[word] for word in ("一", "二二", "一", "三三三", "二二")] == [1, 2, 1, 3, 2]
    assert asked == ["一", "二二", "三三三"]
    assert kept["四"] == 1
    assert len(kept) == 1  # all were forgotten to make room
    assert kept["一"] == 1
    assert asked[-2:] == ["四", "一"]
