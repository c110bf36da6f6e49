"""Headlines in traditional characters: words stay, reviewed names stay, what is traditional already stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.locales.script import traditional


@pytest.mark.parametrize(
    ("simplified", "expected"),
    [
        ("华为发布芯片", "華為發布芯片"),
        ("信息产业与软件", "信息產業與軟件"),
        ("余承东在余杭谈内卷", "余承東在余杭談內卷"),
        ("于谦与于东来", "于謙與于東來"),
        ("台积电、第四范式", "台積電、第四範式"),
        ("“干细胞”里程碑", "“幹細胞”里程碑"),
        ("OpenAI 5G 2026", "OpenAI 5G 2026"),
        ("華為發布芯片", "華為發布芯片"),
        ("", ""),
    ],
)
def test_headlines(simplified: str, expected: str) -> None:
    assert traditional(simplified) == expected


@given(st.text(max_size=60))
def test_any_text_is_written(text: str) -> None:
    assert isinstance(traditional(text), str)
