"""Which companies, people, institutions and topics a piece is about, for the index and for what rises."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.report.characters import printable
from bot.text.aliases import Aliases
from bot.text.cues import CueMatcher
from bot.text.normalise import normalise
from bot.text.taxonomy import Taxonomy

_INSTITUTION = re.compile(
    r"(?!国内|国外|海外|境外|全国|全球|多家|多所|各|某|本|该|其他|相关|有关|所在|重点|顶尖|知名|名牌|一流)"
    r".{2,}(?:大学|学院|研究院|研究所|研究中心|实验室|委员会|管委会|协会|学会|联盟|商会|法院|检察院|总局|管理局|数据局|科学院|工程院|监管局)"
    r"|工信部|网信办|发改委|科技部|商务部|财政部|证监会|国务院|欧盟|联合国|国资委|统计局|电信联盟|信通院|中科院|央行"
)
_GENERIC = frozenset(
    {"大数据管理局", "技术研究院", "人民法院", "国家实验室", "重点实验室", "产业联盟", "行业联盟", "行业协会"}
)


SHORT_NAMES = {
    "阿里": "阿里巴巴", "字节": "字节跳动", "蚂蚁": "蚂蚁集团", "宇树": "宇树科技", "讯飞": "科大讯飞", "小鹏": "小鹏汽车",
    "理想": "理想汽车", "b站": "哔哩哔哩", "长鑫": "长鑫科技", "中微": "中微公司",
}  # fmt: skip
"""Names as they are found by themselves. Aliases do not have them: they are replaced inside a text, where 阿里 is also the
beginning of 阿里云, another firm."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names: display form of companies and people, and of institutions."""

    companies: frozenset[str]
    institutions: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Both."""
        return self.companies | self.institutions


class NameFinder:
    """Finds the names that a taxonomy lists (lexicons that speak for the industry), and institutions by their endings."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._matcher = CueMatcher(taxonomy)
        self._companies = frozenset(
            word
            for lexicon in taxonomy.lexicons
            if lexicon.industry > 0
            for word in map(normalise, lexicon.words)
        )

    def find(self, title: str, summary: Iterable[str], keywords: Iterable[str]) -> Named:
        """The names in a headline and its summary; institutions also among the keywords that stand in them."""
        body = "\n".join(summary)
        words = [match.word for match in self._matcher.match(normalise(title), normalise(body))]
        companies = {as_written(word, title, body) for word in words if word in self._companies}
        text = f"{title}\n{body}"
        institutions = {
            printable(word)
            for word in (*words, *keywords)
            if word not in _GENERIC and _INSTITUTION.fullmatch(word) and word in text
        }
        return Named(frozenset(companies), frozenset(institutions) - companies)


class Spellings:
    """Names that mean one (Google and 谷歌), and how it is written where they are counted together."""

    def __init__(self, aliases: Aliases) -> None:
        self._one_name = {**SHORT_NAMES, **aliases.names}
        self._seen: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def key(self, name: str) -> str:
        """What is the same for all that mean it."""
        plain = normalise(name)
        key = self._one_name.get(plain, plain)
        self._seen[key][name] += 1
        return key

    def shown(self, key: str) -> str:
        """The name of its own that was seen most often, else the most frequent other; a short one in full."""
        forms = sorted(self._seen[key].items(), key=lambda each: (-each[1], each[0]))
        most = forms[0][0]
        return next(
            (form for form, _ in forms if normalise(form) == key), SHORT_NAMES.get(normalise(most), most)
        )


def as_written(word: str, *texts: str) -> str:
    """The word as the text spells it (OpenAI for openai)."""
    for text in texts:
        if (at := text.casefold().find(word)) >= 0 and len(text.casefold()) == len(text):
            return text[at : at + len(word)]
    return word
