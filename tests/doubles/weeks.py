"""Four weeks of invented reports of two publishers, in the last five days of which 华为 is much spoken of."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from storage.models import Entry

PUBLISHERS = ("芯岸观察", "拓野产经")


def entries(last: datetime) -> Iterator[Entry]:
    """The reports, the last of them at that time."""
    for day in range(28):
        moment = last - timedelta(days=day)
        for place, publisher in enumerate(PUBLISHERS):
            for number, (title, text) in enumerate(_told(day, place)):
                guid = f"{day}-{place}-{number}"
                yield Entry(title, f"https://example.com/{guid}", guid, text, moment, source=publisher)


def _told(day: int, place: int) -> Iterator[tuple[str, str]]:
    yield f"运营商公布第{day * 7 + place}项5G基站建设进展", "电信运营商表示，5G基站与光纤网络建设继续推进。"
    yield f"数据中心第{day * 5 + place}期工程扩建", "云计算企业称，数据中心与算力集群正在扩建。"
    if day < 5:
        title = f"华为发布第{day * 3 + place}款服务器芯片"
        yield title, f"{title}，半导体产业链企业参与。"
