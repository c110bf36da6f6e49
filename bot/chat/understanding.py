"""What plain words ask for. Pure: words in, a `Meaning` out.

    an answer to what was asked → a phrase (今日简报, 暂停) → an order around a known name (半导体也关注一下)
    → a verb and what it is about (订阅 半导体)
    → a setting (改成7点半, 我在东京) → an address → words to search for

A verb that stands before its word without a separator is one only where the word is known: 订阅华为, but 订阅收入 and
搜索引擎 are looked up as they are.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from bot.chat import names, orders, phrases
from bot.clock import numerals, parse_schedule, zones_called
from bot.errors import InputError
from bot.messages.chat_settings import setting_said
from bot.text.normalise import mainland, normalise, squash

Verb = Literal[
    "today", "help", "start", "settings", "topics", "topic", "alert", "follow", "unfollow", "unfollow_all", "following", "saved",
    "search", "words", "pause", "resume", "stop", "privacy", "export", "greeting", "thanks", "agreement", "schedule",
    "offer_time", "zone", "answer", "address", "nothing", "mute", "unmute", "more", "less", "further", "report",
]  # fmt: skip

MAX_PHRASE_LENGTH = 40
MAX_ORDER_LENGTH = 120
MAX_REASON_LENGTH = 24
"""Characters before an order that give its reason: 出差回来了，继续推送."""
OF_TIMES = re.compile(
    r"推送|简报|簡報|时间|時間|太?[早晚](?:[了一点點些]|$)|起床|上班|briefing|early|late", re.IGNORECASE
)
"""A reason that makes 改到9点 the time of the briefing."""
FEWEST_LETTERS = 3
"""A clause that is shorter (继续) is no order by itself."""
MAX_COMMAND_LENGTH = 1000
MAX_BESIDE = 9
"""Characters beside an address that only say what it is for; more are words to search for."""
FEWEST_ITEMS = 3
"""Who writes 一条新闻 means no setting."""
ADDRESS = re.compile(
    r"(?:(?:feed:(?://)?)?https?://|feed://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.(?:com|cn|net|org|io|xml)(?:/\S*)?"
)
CLOCK = re.compile(
    r"\d{1,2}:\d{2}|\d[点點时時]|(?:早|午|晚|傍|凌|夜)\w?\d{1,2}|\d{1,2}(?:a\.?m|p\.?m)|\d{1,2}:\d{2}(?:a\.?m|p\.?m)",
    re.IGNORECASE,
)
"""What looks like a time of day, in half-width letters without blanks."""
A_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
BARE_CLOCK = re.compile(r"0\d{3}|[01]?\d\.[0-5][05]|2[0-3]\.[0-5][05]")
"""What may be a time and may be a number."""
NOON = re.compile("中午|正午|noon|midday", re.IGNORECASE)
"""What may be a time and may be a word of an article."""
DAYS = re.compile(
    r"每[周週天日个個逢]|工作[日天]|平日|[周週末日六天](?:都|就)?[不别別]|休息|除了?[周週星礼禮]|只在?|仅|[周週][一二三四五六日天、]{2,}"
    r"|[周週期拜][一二三四五六日天][到至~-]|weekday|weekend|every|daily|^no(?:t|news|briefings?)*(?:on)?(?:mon|tue|wed|thu|fri|sat|sun)|(?:mon|tue|wed|thu|fri|sat|sun)\w*(?:-|to|,|and)",
    re.IGNORECASE,
)
OFFSET = re.compile(
    r"(?:utc|gmt)[+-]?\d{1,2}(?::?\d{2})?|[+-]\d{1,2}:\d{2}|[东東西]\d{1,2}[时時]?[区區]|utc|gmt",
    re.IGNORECASE,
)
ABBREVIATION = re.compile(r"EST|EDT|CST|CDT|PST|PDT|MST|MDT|IST|JST|KST|HKT|SGT|CEST|CET|BST|AEST|AEDT")
IN_A_ZONE = re.compile(
    r"(?:我人?|人)(?:现在|現在|目前|平时|平時|就|是|一直|人)*(?:住|定居|常住)*在\s*(.+)|(?:我|人)?(?:现在|現在|目前)*(?:常住|定居|住)(?:在|于|於)?\s*(.+)|我(?:已经|已經)?(?:搬家?|移居|到|去|来|來)(?:到|了|去)*\s*(.+)|(?:i am|i'm|i.m)(?: now| currently)?(?: based| living| located)? in (.+)|(?:i )?(?:now )?live in (.+)|(?:i |i.ve |i have )?(?:just )?moved to (.+)"
    r"|(.+?)\s*(?:标准|標準)?(?:时间|時間|时区|時區)|(.+?)(?: standard| summer)? time(?: ?zone)?|([a-z]+/[a-z_/+-]+\d*)",
    re.IGNORECASE,
)
ZONE = re.compile(
    r"(?:我的|把|修改|更改|改|换|換|切换|切換|设置|設置|设|設|推送的?|推播的?|简报的?|簡報的?|set |change |switch |my |the )*(?:时区|時區|time ?zone)"
    r"(\s*(?:是|为|為|改[为為成到]|[设設调調换換][为為成到]|[:：=]|is |to )\s*|\s+)?(.+)",
    re.IGNORECASE,
)
CHANGE = re.compile(
    r"(?:请|請|把|将|將|我|想|要|帮|幫|给|給|能不能|能|可以|可否|麻烦|麻煩|每天的?)*(?:推送|推播|简报|簡報|晨报|晨報|早报|早報|日报|日報|新闻|新聞|消息)?的?(?:时间|時間)?(?:请|請|帮我|幫我|能不能|能否|可以|可否)*(?:改|换|換|调|調|设|設|切换|切換)(?:成|为|為|到|至|在)\s*(.+?)(?:吧|吗|嗎|行吗|行嗎|好吗|好嗎|谢谢|謝謝|[。！？!?])*"
    r"|(?:please )?(?:change|set|switch|move)(?: (?:my|the|it))*(?: (?:time|language|briefing|digest|news))* to (.+)",
    re.IGNORECASE,
)
ITEMS = re.compile(
    r"(?:每天|每日|[一1]天|每次|每份|[一1]次|最多|至多|不超过|不超過|只要|只看|只|给我|給我|要|我|[发發推送来來看]|推荐|推薦|就)*(\d{1,2})[条條则則篇](?:新闻|新聞|消息)?(?:就|足)*(?:好|行|可以|够|夠)?[了吧]?"
)
ITEMS_IN_ENGLISH = re.compile(
    r"(?:please |limit it to |send |give |show |only |just |at most |up to |no more than |max |me )*(\d{1,2}) (?:stories|items|articles|news)(?: (?:a|per|each|every) day| daily)?",
    re.IGNORECASE,
)
AROUND_A_TIME = re.compile(
    r"\s*(?:从|從)?(?:以后|以後|今后|今後|(?:明天|今天|下周|下週)(?:起|开始|開始))(?:都|就|请|請)?|(?:都|就)?(?:发给我|發給我|送给我|送給我|推给我|推給我|推送给我|推送給我)[吧。!！]*\s*$"
    r"|^(?:(?:get|have|receive|make) )?(?:it|them|that|the (?:briefing|digest|news)) (?=at |on |\d)|^(?:please )?(?:deliver|send|push)(?: (?:it|me|the|my|news|briefing|digest))* (?=at |every|on |daily|weekdays|\d)|(?:,? please|,? thanks)[.!]*$",
    re.IGNORECASE,
)
"""What is said around a time: 以后每天中午12点发给我, deliver at 6:45 please."""
UNSAID = re.compile(r"[了吧。!！\s]+$")
QUESTIONS = re.compile(r"[?？]+")
_VERB_AND_BLANK = re.compile(r"(?:订阅|訂閱|关注|關注|追踪|追蹤|跟踪|跟蹤)\s")
"""No name begins so, whatever a dictionary guesses: 取消 + 订阅 AI."""


class Meaning(NamedTuple):
    """What is asked for, and the words that it is about, as they were typed."""

    verb: Verb
    words: str = ""


def understand(
    text: str, known: Callable[[str], bool] = lambda _: False, *, awaited: str = "", forwarded: bool = False
) -> Meaning:
    """What the text asks for.

    `known` says whether words are a name: of a topic, a source, a company … `awaited` is what the bot asked for last:
    `time` or `zone`, behind `step` where buttons were offered and anything else may be typed as well. What was
    forwarded asks for nothing: its words are looked up.
    """
    text = text.strip()

    def is_known(words: str) -> bool:
        return not _VERB_AND_BLANK.match(words) and known(words)

    if forwarded or len(text) > MAX_COMMAND_LENGTH:
        return Meaning("words", text)
    plain = re.sub(r"^[/／](?=[^\x00-\x7f])|^[你您]好[呀啊]?[\s,，。!！]+(?=\S)", "", text)
    question = awaited.rpartition(" ")[2]
    if _answers(plain, question):
        return Meaning("answer", plain)
    meant = _asked(plain, is_known)
    if meant is None and question in {"time", "zone"} and not awaited.startswith("step"):
        meant = Meaning("answer", plain)
    return meant or _words(text)


def _asked(text: str, known: Callable[[str], bool]) -> Meaning | None:
    """The order in the text: with its polite words where they belong to it, else without them."""
    inner = orders.unframed(text) if len(text) <= MAX_ORDER_LENGTH else text
    return (
        _phrase(text)
        or _phrase(inner)
        or _command(text, known, phrases.TASTE_VERBS)
        or _command(inner, known, phrases.TASTE_VERBS)
        or _order(inner, known)
        or _command(text, known)
        or _command(inner, known)
        or _setting(text)
        or _setting(inner)
        or _last_clause(text)
    )


def _last_clause(text: str) -> Meaning | None:
    """出差回来了，继续推送: what a sentence comes to in the end, where its beginning only gives the reason."""
    reason, comma, clause = text.rpartition("，" if "，" in text else ",")
    clause = clause.strip()
    if not comma or len(reason) > MAX_REASON_LENGTH or len(clause) < FEWEST_LETTERS:
        return None
    bare = orders.unframed(clause)
    meant = _phrase(clause) or _phrase(bare)
    if meant and meant.verb in {"pause", "resume"}:
        return meant
    return _named_setting(bare) if OF_TIMES.search(reason) else None


def _order(text: str, known: Callable[[str], bool]) -> Meaning | None:
    found = orders.order(text, known) if len(text) <= MAX_ORDER_LENGTH else None
    # 推送时间改成早上7点半: what looks like a name to a guess is a value
    if found is None or _setting(found[1]):
        return None
    return Meaning(*found)


def _words(text: str) -> Meaning:
    if ADDRESS.fullmatch(text):
        return Meaning("address", text)
    if len(pasted := names.ADDRESS.findall(text)) == 1:  # 看看这个 https://…, or a title with its address
        beside = " ".join(names.ADDRESS.sub(" ", text).split())
        return Meaning("words", beside) if len(beside) > MAX_BESIDE else Meaning("address", pasted[0])
    return Meaning("words", text) if any(character.isalnum() for character in text) else Meaning("nothing")


def _answers(text: str, question: str) -> bool:
    """Whether it is a good answer to the question."""
    if question == "time":
        return _is_schedule(text)
    return question == "zone" and bool(zones_called(text))


def _phrase(text: str) -> Meaning | None:
    if QUESTIONS.fullmatch(text):
        return Meaning("help")
    if len(text) > MAX_PHRASE_LENGTH:
        return None
    keys = [squash(spelling).replace("推播", "推送") for spelling in (text, mainland(text))]
    for candidate in dict.fromkeys(keys):
        for verb, pattern in phrases.load_phrases():
            if match := pattern.fullmatch(candidate):
                return Meaning(verb, next(filter(None, match.groups()), ""))
    return None


def _command(
    text: str,
    known: Callable[[str], bool],
    verbs: Sequence[tuple[phrases.Spoken, re.Pattern[str]]] = phrases.VERBS,
) -> Meaning | None:
    for verb, words in verbs:
        if match := words.match(text):
            rest = text[match.end() :]
            bare = rest.lstrip(phrases.SEPARATORS)
            plain = _plain_name(bare, known)
            if verb == "unfollow" and _all_known(plain, known):
                return Meaning(verb, plain)
            separated = rest != bare or not bare or bare[0] in phrases.OPENING
            asks = verb == "follow" and orders.is_question(bare)  # 可以关注哪些股票
            if separated or (match["sure"] and not asks) or _all_known(plain, known):
                return Meaning(verb, plain)
    return None


def _plain_name(words: str, known: Callable[[str], bool]) -> str:
    """The words without a polite end, unless it belongs to a name (网吧)."""
    words = words.strip()
    said = UNSAID.sub("", orders.unpadded(words))
    if said and (_all_known(said, known) or orders.is_polite(words[len(said) :])):
        return said
    return words


def _all_known(words: str, known: Callable[[str], bool]) -> bool:
    return orders.all_known(words, lambda part: _is_latin_name(part) or known(part))


def _is_latin_name(words: str) -> bool:
    """Whether it is one name in Latin letters: where the script changes, a word ends."""
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 .+#&-]{1,30}", words) is not None


def _setting(text: str) -> Meaning | None:
    if len(text) > MAX_PHRASE_LENGTH:
        return None
    if said := setting_said(normalise(text).strip()):  # 只看关注
        return Meaning("settings", f"{said.name} {text}")
    inner = AROUND_A_TIME.sub("", text)
    if inner != text and any(map(str.isdigit, numerals(inner))) and _is_schedule(inner):
        return Meaning("schedule", inner)
    compact = numerals("".join(unicodedata.normalize("NFKC", text).split()))
    return _bare_value(text, compact) or _named_setting(text) or _zone(text, compact)


def _named_setting(text: str) -> Meaning | None:
    """设置时间 7:30, 时区 东京, 改成英文."""
    if match := phrases.SETTING.match(text):
        name, value = match[1] or match[2], text[match.end() :].strip()
        if _is_value(value):
            return Meaning("settings", f"{name} {value}")
    if match := ZONE.fullmatch(text):
        place = orders.unframed(match[2])
        if match[1] or zones_called(place):  # 时区差异 is looked up
            return Meaning("zone", place)
    match = CHANGE.fullmatch(text)
    value = next(filter(None, match.groups()), "") if match else ""
    return Meaning("settings", value) if value and _is_value(value) else None


def _bare_value(text: str, compact: str) -> Meaning | None:
    """早上七点半, 周末不发, 繁体, 10条: what can hardly be anything but a setting."""
    if phrases.LANGUAGE.fullmatch(squash(text)):
        return Meaning("settings", text)
    if (match := ITEMS.fullmatch(compact)) and int(match[1]) >= FEWEST_ITEMS:
        return Meaning("settings", f"items {match[1]}")
    if (match := ITEMS_IN_ENGLISH.fullmatch(text)) and int(match[1]) >= FEWEST_ITEMS:
        return Meaning("settings", f"items {match[1]}")
    looks_so = CLOCK.search(compact) or (DAYS.search("".join(text.split())) and not compact.isdigit())
    if A_CLOCK.fullmatch(compact) or (
        looks_so and compact != "1点" and _is_schedule(text)
    ):  # 一点 is a little
        return Meaning("schedule", text)
    if (BARE_CLOCK.fullmatch(compact) and _is_schedule(compact)) or NOON.fullmatch(compact):
        return Meaning("offer_time", text)
    return None


def _zone(text: str, compact: str) -> Meaning | None:
    """我在东京, UTC+8, 北京时间, JST."""
    if OFFSET.fullmatch(compact) or ABBREVIATION.fullmatch(text):
        return Meaning("zone", text)
    match = IN_A_ZONE.fullmatch(text)
    place = UNSAID.sub("", next(filter(None, match.groups()), "")) if match else ""
    return Meaning("zone", place) if place and zones_called(place) else None


def _is_value(text: str) -> bool:
    """Whether a setting can have this value."""
    is_language = phrases.LANGUAGE.fullmatch(squash(text)) is not None
    is_number = re.fullmatch(r"\d{1,3}", text) is not None
    return (
        is_language
        or is_number
        or A_CLOCK.match(text) is not None
        or _is_schedule(text)
        or bool(zones_called(text))
    )


def _is_schedule(text: str) -> bool:
    try:
        parse_schedule(text)
    except InputError:
        return False
    return True
