"""Names that may have been meant."""

from hypothesis import given
from hypothesis import strategies as st

from bot.search.suggestions import nearest

NAMES = {
    "semiconductor": ("半导体与集成电路", "Semiconductors", "半导体", "芯片"),
    "telecom": ("5G与通信", "5G and telecom", "电信"),
    "quantum": ("量子信息", "Quantum information", "量子计算"),
}


def test_typing_slips_and_longer_or_shorter_names() -> None:
    assert nearest("半倒体", NAMES) == ("semiconductor",)
    assert nearest("芯片股", NAMES) == ("semiconductor",)
    assert nearest("SEMICONDUCTER", NAMES) == ("semiconductor",)
    assert nearest("量子 计算机", NAMES) == ("quantum",)
    assert nearest("集成电路", NAMES) == ("semiconductor",)


def test_what_is_not_like_any_name_is_near_none() -> None:
    assert nearest("不存在", NAMES) == ()
    assert nearest("detective", NAMES) == (), "Latin letters are everywhere; pairs of them are not"
    assert nearest("", NAMES) == ()
    assert nearest("半导体", {}) == ()


def test_the_nearest_come_first_and_only_a_few() -> None:
    names = {name: (name,) for name in ("虎嗅财经网站", "虎嗅网", "虎嗅财经", "虎牙")}
    assert nearest("虎嗅", names) == ("虎嗅网", "虎嗅财经", "虎嗅财经网站")
    assert nearest("虎嗅", names, limit=1) == ("虎嗅网",)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_has_an_answer(wanted: str, name: str) -> None:
    assert set(nearest(wanted, {"key": (name,)})) <= {"key"}
