"""News, or opinion, essay, review: by marks of headline and first sentences. All examples are invented."""

import pytest

from bot.text.genre import newsworthiness

NEWS = [
    ("澜川科技发布L9服务器芯片", "澜川科技11月23日发布L9，12月开始量产。"),
    ("三部门调整新能源汽车购置优惠政策", ""),
    ("星桥通信起诉远麓智驾侵犯专利权", "据法院公告，此案将于下月开庭。"),
    ("拙工完成8.2亿元B轮融资", "人形机器人公司拙工昨日宣布完成B轮融资。"),
    ("霁岚云机房断电，1130家客户一度受影响", "霁岚云昨晚通报，故障已排除。"),
    ("商用密码管理办法征求意见", ""),
    ("工信部门印发算力基础设施建设指南", ""),
    ("数据出境负面清单发布", ""),
    ("砚溪开源对话式模型", ""),
    ("星桥首家体验店开业，首日销量过千", ""),
    ("星桥董事长：我们将上市", ""),
    ("联合早报：星桥宣布收购远麓", ""),
    ("鹤渚一号遥六火箭发射成功", ""),
    ("栖岚市一网统管平台2.0版启用", "闪点科讯11月22日电 平台今天启用。"),
]
OTHER = [
    ("大模型为什么总也写不好一封道歉信？", "这件事要从一封退信说起。"),
    ("我用智能体记账一个月，钱更少了", "我是一个不会记账的人。"),
    ("实测澜川L9笔记本：续航和风扇声", "拿到机器的第一天，我把它带上了火车。"),
    ("对话沈砚秋：机器人先学会拧螺丝", ""),
    ("算力过剩是个伪命题", "过去三年，机房像雨后的蘑菇。"),
    ("智能体时代，产品经理真正需要的是什么", "在智能体时代，写文档的人越来越少。"),
    ("芯岸早报｜11月24日：光模块交期拉长，特种气体厂复产", "800G光模块交期拉长。"),
    ("星桥一周要闻：三家运营商发布财报", ""),
    ("看懂低空经济，这一篇就够", ""),
    ("重新理解长期主义：满仓芯片的人想了些什么", "很长一段时间里，他只看一个数字。"),
]


@pytest.mark.parametrize(("title", "lead"), NEWS)
def test_news_is_told_by_who_did_what_and_when(title: str, lead: str) -> None:
    assert newsworthiness(title, (lead,) if lead else ()) >= 0.5


@pytest.mark.parametrize(("title", "lead"), OTHER)
def test_what_asks_argues_or_reviews_is_none(title: str, lead: str) -> None:
    assert newsworthiness(title, (lead,) if lead else ()) <= -0.5


def test_it_is_bounded_and_nothing_says_nothing() -> None:
    assert newsworthiness("", ()) == 0.0
    assert newsworthiness("澜川与星桥", ()) == 0.0
    everything = "为什么我实测后反思：别再满仓，谁慌了？画卷"
    assert newsworthiness(everything, ("我想，你也是。",)) == -1.0
    assert newsworthiness("澜川发布财报并收购星桥", ("11月23日，澜川宣布此事。",)) == 1.0


def test_only_the_first_two_sentences_count() -> None:
    assert newsworthiness("澜川与星桥", ("甲。", "乙。", "我不同意。")) == 0.0


@pytest.mark.parametrize("title", ["我国首个量子网络与星桥", "我省与星桥"])
def test_we_as_a_country_is_no_person(title: str) -> None:
    assert newsworthiness(title, ()) >= 0.0
