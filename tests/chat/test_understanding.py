"""What plain words mean: a table of inputs and their meaning."""

import pytest

from bot.chat.phrases import load_phrases
from bot.chat.understanding import Meaning, understand

NAMES = frozenset({"半导体", "华为", "中兴", "5G", "人工智能", "澜川", "数据安全", "键盘", "耳机"})


def meaning(text: str, awaited: str = "", *, forwarded: bool = False) -> Meaning:
    return understand(text, NAMES.__contains__, awaited=awaited, forwarded=forwarded)


@pytest.mark.parametrize(
    ("verb", "texts"),
    [
        ("today", "今日简报 今天有什么新闻 今天有什么新闻？ 今天有啥新闻吗 今日新聞 早报 早報 晨报 简报 給我今天的簡報 看看新闻 最新消息 有什么新消息 今天发生了什么 最近有什么大事"),
        ("greeting", "你好吗 你好吗？ hello-there hey!"), ("pause", "暂停三天 停两周 先停一个月"), ("offer_time", "中午 正午。 noon"), ("help", "使用说明书"),
        ("schedule", "每晚9点 每早七点 每晚八点推送 大清早6点 晚间8点 (08:30)"),
        ("words", "说明书 时区差异 暂停营业三天"), ("zone", "时区东京 修改时区为北京 时区：火星"),
        ("address", "看看这个 https://example.com/feed.xml|https://example.com/feed.xml 能加吗"),
        ("today", "来一份简报 新闻 今天 today news"),
        ("today", "today’s news|What's new?|latest news|any news today?|my briefing"),
        ("help", "帮助 幫助 使用说明 說明 怎么用 怎么使用？ 你能做什么 你会什么 ? ？ ??? 菜单 怎么订阅 如何退订？ 怎样改时间 help HELP Help! menu"),
        ("help", "how to use|what can you do?"),
        ("settings", "设置 設定 設置 几点推送？ 什么时候推送 每天几点发简报 我的设置 settings 时间 时区 语言 推送时间"),
        ("topics", "话题 話題 选择话题 有哪些话题 topics"),
        ("following", "我的关注 我的訂閱 订阅列表 我关注了什么？ 退订 取关 取消订阅 unsubscribe"),
        ("unfollow_all", "退订全部 全部退订 取消全部订阅 取消所有关注 退訂全部 清空关注 把所有订阅都取消 unsubscribeall"),
        ("unfollow_all", "unfollow all|unsubscribe from everything"),
        ("saved", "收藏 我的收藏 saved"),
        ("report", "周报 周刊 月报 出一份周报 weekly"),
        ("report", "print the weekly report|weekly report"),
        ("words", "周报制度 半导体周报"),
        ("further", "更多 更多新闻 还有吗 再来几条 更多消息 還有更多嗎 more"),
        ("further", "show more|more news please"),
        ("pause", "暂停 暫停 暂停推送 先别发了 停一下 不要推送 pause"),
        ("resume", "继续 繼續 继续推送 恢复推送 resume"),
        ("stop", "停止 停止推送 别再发了 不想收了 注销 删除我的数据 stop"),
        ("start", "开始 开始使用 start"),
        ("greeting", "你好 您好 你好！ 早 早上好 hi hello 在吗 嗨 哈喽"),
        ("thanks", "谢谢 謝謝 多谢 感谢！ thanks thx"),
        ("thanks", "Thank you|thanks a lot"),
        ("agreement", "好的 ok 收到 哈哈哈 再见 算了"),
        ("privacy", "隐私 privacy"),
        ("export", "导出我的数据 export"),
        ("nothing", "😀 👍👍 。。。 …… —"),
        ("schedule", "改成7点半 時間7:30 推送时间8点 早上七点半 七点 7點半 7:30am 19：30 7:30 08:30。 08:30:00 25:00 24:00 每天8点 每天早上8点 工作日 周末不发 每周一三五 周一到周五"),
        ("schedule", "工作日8点 每天 晚上9点推送 只在工作日推送 周日休息 daily"),
        ("schedule", "no weekends|weekdays at 8am|8:30 pm"),
        ("offer_time", "7.30 0730 08.00"),
        ("zone", "我在东京 我在紐約 我搬到伦敦了 北京时间 东京时间 香港時間 伦敦时间 UTC+8 GMT+8 +08:00 UTC+5:30 UTC8 EST IST CST JST Asia/Shanghai asia/shanghai"),
        ("zone", "东八区 时区：火星 我在美国"),
        ("zone", "时区 东京|I'm in London|Beijing time|timezone Berlin|美东时间"),
        ("settings", "改成英文 设置时间7:30 繁体 简体 English 每天10条 最多五条 说英文 切换到繁体 条数：8"),
        ("settings", "设置 时间 7:30|settings time 8:30|改成东京|language English|switch to English|设置 东京"),
        ("address", "https://example.com/a.html http://example.com/feed feed://example.com/rss www.example.com example.com example.com/feed.xml"),
        ("words", "华为 搜索引擎 订阅收入 订阅号改版 关注度 关注度上升 搜索广告 东京 上海 新加坡 台北 火星时间 发布时间 我在想 7月30日 0.5 2026 9.11 一点 语言模型 时间就是金钱"),
        ("words", "云计算 周一 不看 查重 找工作 找 查 屏蔽体育 静音键盘 静音耳机 取消关税 退订率 一条新闻 今日头条"),
        ("today", "show me today's news|give me the news|show me the latest headlines|tell me the news"),
        ("settings", "推送太多了 消息太多 新闻太少了 太多了 少发一点 能不能少推一些 我要设置时间 修改语言 换个时间 简报能晚点发吗 早点推送"),
        ("settings", "我想把推送改到每周一三五早上7点 能不能改成晚上八点？ 帮我改到早上七点半吧 可以把时间调到6:45吗 我想换成英文"),
        ("settings", "too many messages|fewer stories|change the time to 8am|set my briefing to 7:30|change language to Chinese"),
        ("zone", "我住台北 我住在台北 住东京 人在柏林 我现在住在温哥华"),
        ("zone", "set timezone to Tokyo|change my time zone to Berlin|time zone is London"),
        ("saved", "看看收藏 查看我的收藏 收藏了什么"),
        ("saved", "my bookmarks|show my saved stories"),
        ("stop", "不想收到推送了 不要再收到你的消息了 我不想再看到这些推送了"),
        ("stop", "stop sending me this|stop it|no more news|unsubscribe me"),
        ("words", "收藏家 收藏市场 太长不看 住房公积金 住建部 我住院了 我住不起房 改革到深水区 设在北京的工厂 换到新赛道 改成华为 不想看新闻"),
        ("words", "stop loss|saved by AI|more chips|how do chips work|2 stories"),
        ("schedule", "以后每天中午12点发给我 每天8点发给我吧 从明天起早上7点 明天开始每天7点半 每個工作日早上八點半"),
        ("schedule", "deliver at 6:45 am please|send it at 8am|every day at 9, please"),
        ("words", "明天8点 今天中午12点 明天再发 今天8点发布会 以后再说 每周"),
        ("unfollow", "不想看华为了 别再推华为 不要关注半导体 取消追蹤华为 取消追踪 别再推AI"),
        ("unfollow", "stop following ZTE|unsubscribe from 5G"),
        ("words", "别看好华为 不要发财 不想看热闹"),
        ("settings", "推播太多了|推播時間 7:30|5 stories a day|at most 8 news"),
        ("help", "你是机器人吗|how do I unsubscribe?|how to change the time|are you a bot"),
        ("stop", "把我的数据都删了 删掉我的账号 不想再收到推播了 別再傳給我了 请不要再推送给我了"),
        ("stop", "delete my account|delete all my data"),
        ("words", "语言 模型|时间 管理|华为 芯片|topic:半导体 华为|栏目:企业情报|关注｜华为发布新机|iPhone 17 price|and/or|/usr/bin"),
    ],
)  # fmt: skip
def test_what_one_types_means(verb: str, texts: str) -> None:
    separate = texts.split("|") if "|" in texts else texts.split()
    assert {text: meaning(text).verb for text in separate} == dict.fromkeys(separate, verb)


@pytest.mark.parametrize(
    ("text", "verb", "words"),
    [
        ("订阅 国产替代", "follow", "国产替代"), ("订阅：国产替代", "follow", "国产替代"), ("訂閱 半導體", "follow", "半導體"),
        ("订阅华为", "follow", "华为"), ("关注华为、5G", "follow", "华为、5G"), ("关注 华为、5G", "follow", "华为、5G"),
        ("订阅\n澜川\n江渚", "follow", "澜川\n江渚"), ("订阅“国产替代”", "follow", "“国产替代”"), ("帮我关注国产替代", "follow", "国产替代"),
        ("订阅OpenAI", "follow", "OpenAI"), ("follow AI, robotics", "follow", "AI, robotics"), ("Subscribe to AI", "follow", "AI"),
        ("订阅", "follow", ""), ("/订阅 半导体", "follow", "半导体"), ("／关注 华为", "follow", "华为"),
        ("退订 华为", "unfollow", "华为"), ("取消订阅 华为", "unfollow", "华为"), ("取關 華為", "unfollow", "華為"), ("退订华为", "unfollow", "华为"),
        ("unfollow AI", "unfollow", "AI"), ("您好，请帮我关注国产替代", "follow", "国产替代"),
        ("国产替代迎来新的机遇 https://example.com/1.html", "words", "国产替代迎来新的机遇"),
        ("国产替代迎来新机遇，多家企业加码 https://example.com/1.html", "words", "国产替代迎来新机遇，多家企业加码"), ("unsubscribe from AI", "unfollow", "AI"),
        ("搜索 华为", "search", "华为"), ("搜索：华为", "search", "华为"), ("搜尋 華為", "search", "華為"), ("搜索华为", "search", "华为"), ("搜 5G", "search", "5G"),
        ("搜一下江渚的消息", "search", "江渚的消息"), ("查一下 华为", "search", "华为"), ("search for huawei", "search", "huawei"), ("搜索", "search", ""),
        ("话题 半导体", "topic", "半导体"), ("话题：半导体", "topic", "半导体"), ("topic AI", "topic", "AI"),
        ("时间", "settings", "时间"), ("每天10条", "settings", "items 10"), ("设置 7:30", "settings", "7:30"), ("时区 东京", "zone", "东京"),
        ("推送条数改成8", "settings", "条数 8"), ("简报语言改成英文", "settings", "语言 英文"), ("推送时区改成东京", "zone", "东京"), ("推送日改成周一到周五", "settings", "推送日 周一到周五"),
        ("早报时间能不能改成七点", "settings", "七点"), ("新闻改到晚上8点", "settings", "晚上8点"), ("以后晚上十点再推送", "schedule", "晚上十点再推送"),
        ("我在东京", "zone", "东京"), ("不看 华为", "words", "不看 华为"),
    ],
)  # fmt: skip
def test_a_verb_and_what_it_is_about(text: str, verb: str, words: str) -> None:
    assert meaning(text) == Meaning(verb, words)  # type: ignore[arg-type]  # a verb of the table


@pytest.mark.parametrize(
    ("text", "awaited", "verb"),
    [
        ("8", "time", "answer"), ("中午", "time", "answer"), ("25:00", "time", "schedule"), ("芯片", "time", "answer"), ("今日简报", "time", "today"),
        ("取消", "time", "agreement"), ("台北", "zone", "answer"), ("shanghai", "zone", "answer"), ("8点", "zone", "schedule"), ("火星", "zone", "answer"),
        ("8", "step time", "answer"), ("芯片", "step time", "words"), ("台北", "step zone", "answer"), ("芯片", "step zone", "words"),
        ("台北", "step topics", "words"), ("0730", "start time", "answer"), ("美国", "start zone", "answer"),
    ],
)  # fmt: skip
def test_an_answer_to_what_was_asked(text: str, awaited: str, verb: str) -> None:
    assert meaning(text, awaited).verb == verb


@pytest.mark.parametrize(
    "text", ["订阅 半导体", "今日简报", "/start", "退订全部", "8:30", "https://example.com"]
)
def test_what_was_forwarded_is_looked_up(text: str) -> None:
    assert meaning(text, "time", forwarded=True) == Meaning("words", text)


def test_what_reads_as_a_setting_is_no_name() -> None:
    def any_name(_: str) -> bool:
        return True  # of what no dictionary has, a guess says that it is one

    assert understand("推送时间改成早上7点半", any_name) == Meaning("schedule", "推送时间改成早上7点半")
    assert understand("推送华为", any_name) == Meaning("follow", "华为")


def test_a_long_text_is_looked_up() -> None:
    assert meaning("订阅 " + "半导体、" * 400).verb == "words"


def test_an_order_is_no_piece_of_a_name_that_a_dictionary_guesses() -> None:
    for words in ("AI、5G", "AI"):
        assert understand(f"取消订阅 {words}", {"订阅 AI", "AI", "5G"}.__contains__) == Meaning(
            "unfollow", words
        )


def test_no_phrase_asks_for_two_things() -> None:
    for number, (verb, pattern) in enumerate(load_phrases()):
        for word in filter(str.isalnum, pattern.pattern.split("|")):
            if pattern.fullmatch(word):  # else it is a piece of one
                earlier = [other for other, known in load_phrases()[:number] if known.fullmatch(word)]
                assert not earlier, (verb, word)
