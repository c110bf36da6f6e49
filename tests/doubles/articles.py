"""Web pages of invented articles, as publishers serve them and as they refuse to."""

from tests.doubles.feeds import Page

TITLE = "临江市算力枢纽一期投运，承接三省人工智能训练任务"
TEASER = "临江市算力枢纽一期近日投运，首批机架已经上电…"
PARAGRAPHS = (
    "11月23日，临江市算力枢纽一期工程正式投运，首批3200个机架完成上电，将承接周边三省的人工智能训练任务。",
    "枢纽由市属投资平台与两家电信运营企业共同建设，总投资46亿元，采用液冷方案，设计电能利用效率为1.15。",
    "项目负责人介绍，一期提供约5000P的智能算力，其中六成采用国产加速卡，已有十七家企业签下使用协议。",
    "按照规划，二期将在明年年底前动工，建成后机架规模扩大到一万个，并与省级调度平台实现互联互通。",
    "当地还将同步建设一条直达省会的光缆，把往返时延压到五毫秒以内，为在线推理业务留出余量。",
    "业内人士认为，区域枢纽的价值在于调度，只有训练和推理任务能够错峰运行，机架的利用率才上得去。",
)
OTHER = (
    "草莓种植合作社今年扩种了两百亩，社员们清早便下地采摘，装箱后由冷链车送往城里的商超。",
    "合作社理事长说，新品种糖度更高、耐储运，亩产比去年多出三成，订单已经排到了春节以后。",
    "镇上还办起了采摘节，周末的游客络绎不绝，农家乐的生意也跟着红火起来，带动了周边的就业。",
    "农技员提醒，入冬后要注意棚内的湿度，及时通风换气，避免灰霉病蔓延，影响后面几茬果子的品质。",
)


def html(content: str, title: str = TITLE, charset: str = "utf-8") -> Page:
    """A page of a portal: navigation, related articles, comments and a footer around the content."""
    links = "".join(f'<li><a href="/{n}">要闻第{n}条</a></li>' for n in range(12))
    text = (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>{title}_临江在线</title>'
        "<script>var tip = '请开启JavaScript';</script></head><body>"
        f'<header><nav><ul>{links}</ul></nav><a href="/login">登录</a></header><main>{content}</main>'
        f'<aside><h3>相关阅读</h3><ul>{links}</ul></aside><div id="comments" class="comments"><h3>网友评论</h3>'
        "<p>网友甲：沙发！写得太好了，已经转发到朋友圈，希望多来一点这样的报道。</p></div>"
        "<footer><p>版权所有 临江在线 京ICP备00000000号</p></footer></body></html>"
    )
    return Page(text.encode(charset), f"text/html; charset={charset}")


def body(paragraphs: tuple[str, ...] = PARAGRAPHS) -> str:
    """An article's markup."""
    return (
        f"<article><h1>{TITLE}</h1><p>来源：临江在线 2026-11-23 09:30</p>"
        + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        + "<p>责任编辑：某某</p></article>"
    )


GOOD = html(body())
