"""Numbers with units."""

from decimal import Decimal

import pytest

from bot.overview.figures import figures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6.4亿元", [(640000000, "元")]),
        ("64000万元", [(640000000, "元")]),
        ("1,200亿美元", [(120000000000, "美元")]),
        ("七成", [(70, "%")]),
        ("70％", [(70, "%")]),
        ("百分之七十", [(70, "%")]),
        ("第3次", [(3, "第次")]),
        ("1.42亿千瓦", [(142000000, "千瓦")]),
        ("12月20日", [(12, "月"), (20, "日")]),
        ("十五年", [(15, "年")]),
        ("两百三十台", [(230, "台")]),
        ("三点五倍", [("3.5", "倍")]),
        ("1.1Gbps", [("1.1", "gbps")]),
        ("L9处理器", []),
        ("统一了", []),
        ("一家公司", []),
        ("推迟一年", [(1, "年")]),
        ("五座", [(5, "座")]),
    ],
)
def test_values_and_units(text: str, expected: list[tuple[float | str, str]]) -> None:
    assert [figure.key for figure in figures(text)] == [(Decimal(value), unit) for value, unit in expected]
