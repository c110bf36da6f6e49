"""Stories, editions and readers to look at: own inventions in the manner of the trade press."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.locales import Language, load_locale
from bot.messages.action import Action
from bot.messages.model import Message
from bot.messages.view import Names, View
from storage.models import Article, Chat, Edition, EditionItem, Story, Subscription

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
"""08:00 on a Tuesday in Shanghai."""

SECTIONS = ("environment", "operations", "technology", "companies", "overseas")
NAMES = {
    "zh": Names(
        sections=dict(
            zip(SECTIONS, ("产业环境", "运营竞争", "技术情报", "企业情报", "海外借鉴"), strict=True)
        ),
        topics={
            "semiconductor": "半导体与集成电路",
            "ai": "人工智能",
            "telecom": "5G与通信",
            "cloud": "云计算、算力与大数据",
            "robotics": "机器人",
            "capital": "融资与上市",
            "iot": "物联网与智能家居",
        },
        industry="信息产业",
    ),
    "en": Names(
        sections=dict(
            zip(SECTIONS, ("Environment", "Operations", "Technology", "Companies", "Overseas"), strict=True)
        ),
        topics={
            "semiconductor": "Semiconductors",
            "ai": "Artificial intelligence",
            "telecom": "5G and telecom",
            "cloud": "Cloud and computing power",
            "robotics": "Robots",
            "capital": "Funding and listings",
            "iot": "Internet of things",
        },
        industry="information industry",
    ),
}

# section, reason, title, summary, publishers, hours ago
ROWS: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...], float], ...] = (
    (
        "environment",
        "ai",
        "三部门就人工智能标识管理细则公开征求意见",
        (
            "三部门昨日就人工智能生成内容标识的管理细则公开征求意见，期限三十天。",
            "细则要求平台在上传环节核验标识，并保存记录不少于六个月。",
            "业内人士认为，中小平台的改造成本主要在存量内容。",
        ),
        ("河岸日报", "长桥财经", "芯闻社", "南城晚报"),
        3,
    ),
    (
        "environment",
        "cloud",
        "全国一体化算力监测平台启用",
        ("平台首批接入二十六个省份的数据中心，每小时更新一次可用算力和电价。",),
        ("河岸日报",),
        9,
    ),
    (
        "operations",
        "telecom",
        "临江市建成首张全域 5G-A 网络，下行速率实测超 4Gbps",
        (
            "临江市三家运营商共建的 5G-A 网络昨天开通，覆盖全部城区和九个工业园。",
            "市工信局说，园区内专线的平均时延降到 8 毫秒。",
            "明年上半年，网络将延伸到两条城际铁路沿线。",
        ),
        ("通信观察", "长桥财经"),
        5,
    ),
    (
        "operations",
        "cloud",
        "西岭算力园二期投产，PUE 降至 1.09",
        ("二期新增机架一万两千个，全部采用液冷。", "园区电力的七成来自附近的风电场。"),
        ("长桥财经",),
        14,
    ),
    (
        "technology",
        "semiconductor",
        "高校团队用二维材料做出 32 位处理器，良率首次过半",
        (
            "研究团队用单层二硫化钼晶体管搭建了一颗 32 位处理器，能跑完整的指令集。",
            "论文显示，六英寸晶圆上的良率达到 54%，是此前最好结果的三倍。",
            "团队承认，它的主频只有 1.2 千赫，离实用还远。",
        ),
        ("芯闻社", "科学岛"),
        7,
    ),
    (
        "technology",
        "ai",
        "开源社区发布 90 亿参数端侧模型，手机上每秒 40 词",
        ("模型权重和训练代码同日公开，许可证允许商用。", "测试机型内存 12GB，连续运行半小时未降频。"),
        ("芯闻社", "码农周刊", "南城晚报"),
        11,
    ),
    (
        "companies",
        "semiconductor",
        "星河微电子三季度营收增 41%，上调全年指引",
        (
            "星河微电子昨晚公布三季报，营收 38.2 亿元，同比增长 41%。",
            "公司把全年收入指引上调到 140 亿元，理由是车规芯片订单已排到明年二季度。",
            "毛利率为 33.5%，比二季度低 1.2 个百分点，公司说是新产线折旧所致。",
            "管理层在电话会上表示，暂无再融资计划。",
        ),
        ("长桥财经", "芯闻社", "河岸日报", "南城晚报", "通信观察"),
        12,
    ),
    (
        "companies",
        "robotics",
        "青禾机器人获 6 亿元 C 轮融资，投后估值 52 亿元",
        ("本轮由两家产业基金领投，资金用于建设第二座工厂。",),
        ("创投记",),
        6,
    ),
    (
        "companies",
        "capital",
        "云图数据向港交所递交招股书",
        ("招股书显示，公司上半年收入 9.6 亿元，亏损收窄至 1.1 亿元。", "前五大客户贡献了收入的 61%。"),
        ("创投记", "长桥财经"),
        15,
    ),
    (
        "companies",
        "ai",
        "远帆科技裁撤元宇宙部门，员工转岗大模型",
        ("内部信说，部门一百八十人中约一百五十人转岗。",),
        ("南城晚报",),
        20,
    ),
    (
        "overseas",
        "semiconductor",
        "欧盟通过芯片法案二期，补贴转向成熟制程",
        (
            "欧盟理事会周一通过芯片法案二期，五年预算 430 亿欧元。",
            "与一期不同，这次三分之二的补贴给 28 纳米以上的成熟制程和封装。",
        ),
        ("环球产经", "芯闻社", "河岸日报"),
        10,
    ),
    (
        "overseas",
        "telecom",
        "日本拍卖 6G 试验频段，四家运营商各得 100MHz",
        ("试验频段位于 7GHz，执照有效期五年。", "监管机构要求两年内在三个城市开网。"),
        ("环球产经",),
        22,
    ),
)
FOLLOWED = (
    Subscription("topic", "ai"),
    Subscription("keyword", "国产<替代>"),
    Subscription("section", "companies"),
    Subscription("source", "长桥财经"),
)


def article(number: int, title: str, *, text: str = "", **values: Any) -> Article:
    """An article with the values that matter, the rest invented."""
    fields: dict[str, Any] = {
        "id": number,
        "source_id": 1,
        "guid": f"g{number}",
        "url": f"https://news.example/{number}?from=rss&id={number}",
        "canonical_url": f"https://news.example/{number}",
        "title": title,
        "stored_text": text,
        "published_at": NOW - timedelta(hours=3),
        "fetched_at": NOW,
        "section": "companies",
        "topics": (),
        "keywords": (),
        "summary": (),
        "fingerprint": (),
        "publisher": "长桥财经",
    }
    return Article(**{**fields, **values})


def story(number: int, *articles: Article) -> Story:
    """A story of these articles."""
    times = [each.published_at for each in articles]
    return Story(number, min(times), max(times), articles)


def items(
    rows: Sequence[tuple[str, str, str, tuple[str, ...], tuple[str, ...], float]] = ROWS,
) -> tuple[EditionItem, ...]:
    """The example stories as an edition has them."""
    made = []
    for number, (section, reason, title, summary, publishers, hours) in enumerate(rows, 1):
        articles = [
            article(
                number * 100 + place,
                title if place == 0 else f"{title}（{publisher}）",
                publisher=publisher,
                section=section,
                topics=(reason,),
                summary=summary,
                text="".join(summary),
                published_at=NOW - timedelta(hours=hours - place / 10),
                source_id=place + 1,
            )
            for place, publisher in enumerate(publishers)
        ]
        made.append(EditionItem(story(number, *articles), section, reason))
    return tuple(made)


def edition(
    shown: tuple[EditionItem, ...] | None = None, *, slot: str = "morning", considered: int = 63
) -> Edition:
    """An edition of Tuesday 24 November 2026."""
    return Edition(
        id=7,
        chat_id=1,
        local_date=date(2026, 11, 24),
        slot=slot,
        state="composed",
        created_at=NOW,
        items=items() if shown is None else shown,
        considered=considered,
    )


def view(language: Language = "zh-Hans", *, now: datetime = NOW, bot_username: str = "chenbao_bot") -> View:
    """A reader in Shanghai."""
    locale = load_locale(language)
    names = NAMES["en" if language == "en" else "zh"]
    return View(locale, names, ZoneInfo("Asia/Shanghai"), now, bot_username)


def chat(**values: Any) -> Chat:
    """A private chat with the defaults, or other settings."""
    fields: dict[str, Any] = {
        "id": 1,
        "telegram_chat_id": 1001,
        "telegram_thread_id": None,
        "kind": "private",
        "title": "林小满",
        "language": "zh-Hans",
        "zone": "Asia/Shanghai",
        "briefing_time": "08:00",
        "weekdays": (1, 2, 3, 4, 5, 6, 7),
        "max_items": 12,
        "sections": (),
        "silent_when_slow": False,
        "paused": False,
        "active": True,
        "onboarded": True,
        "created_at": NOW,
        "next_due_at": NOW + timedelta(days=1),
    }
    return Chat(**{**fields, **values})


def actions(message: Message) -> list[Action | None]:
    """What the buttons do, in reading order."""
    return [button.action for row in message.buttons for button in row]


def labels(message: Message) -> list[str]:
    """What the buttons say, in reading order."""
    return [button.label for row in message.buttons for button in row]
