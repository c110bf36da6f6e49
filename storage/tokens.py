"""The words of an indexed document, as they are kept beside the index: packed, and with nothing lost.

zlib begins with words in mind that nearly every document has, which makes the documents shorter by an eighth. `_COMMON` is
never edited: what was packed with it cannot be read without. Documents of older stores were packed without it, and are read
as well.
"""

import zlib
from collections.abc import Sequence

from storage.packing import MEMORY, window_of

_LEVEL = 4

_COMMON = """
设施 由于 现场 然后 建设 一份 事情 利润 连续 相比 巨大 不足 结束 当前 亿元 范围 类似 找到 官方 多个 变得 去年 资产 但是
所谓 之外 销售 宣布 推进 特别 大幅 一段 一句 路径 期间 报告 一天 造成 经验 人工 年轻 唯一 表现 无论 成立 处于 条件 按照
一部 最近 一套 后来 仍然 水平 每个 行动 清楚 彻底 半年 背景 有限 接近 工程 左右 联合 不可 更是 或许 运营 开发 依然 相对
覆盖 机制 同一 全面 经营 活动 独立 资金 故事 难以 除了 至少 层面 执行 两年 答案 消息 解释 机会 完整 升级 用户 大学 周期
确定 战略 调整 尤其 人民 速度 落地 多少 回应 依赖 城市 然而 工具 推动 针对 强调 专业 注意 指出 多年 供应 高度 状态 方案
正是 优势 全国 意义 增加 反而 美元 它们 部门 整体 讨论 而言 真的 只要 自然 东西 告诉 这么 证明 面临 网络 快速 处理 行为
突破 这里 才能 地区 改变 主动 数字 资本 往往 保持 愿意 团队 产生 记者 当地 分析 几年 业务 场景 合作 而且 根本 成功 确实
投入 关于 一旦 控制 几个 严重 判断 模型 来看 或者 三个 最高 当时 社交 品牌 程度 集中 说明 当然 经历 一位 新闻 收入 制造
内部 视频 多数 随着 事实 正式 组织 科技 比如 引发 觉得 大多 小时 内容 复杂 机构 到底 一年 计划 政策 本质 共同 参与 个人
不少 设计 建立 如此 国际 拥有 压力 政府 普通 应该 属于 中心 十年 以上 并非 以来 达到 现实 环境 一点 提出 具体 希望 不到
资源 简单 理解 公开 导致 大家 全部 之前 一条 此前 过程 投资 提升 负责 目标 如今 项目 智能 真实 这一 生产 生活 容易 产业
国内 只能 因此 领域 明显 一起 地方 一场 面对 解决 模式 支持 下来 结构 方向 代表 价格 在于 今天 是否 获得 一样 阶段 社会
非常 根据 历史 来自 不再 一家 能够 越来越 越来 变化 人员 一定 其实 虽然 标准 怎么 一直 体系 增长 稳定 意味着 空间 明确 消费
实现 进一步 竞争 之一 基本 重新 接受 值得 不断 传统 那么 使用 不仅 变成 商业 背后 整个 意味 大量 来说 原因 研究 包括 知道
关注 时代 形成 需求 为了 为什么 有人 出来 逻辑 关系 决定 风险 本身 两个 实际 必须 一些 其他 经济 方面 如何 起来 最后 所以
信息 不过 看到 带来 同样 媒体 任何 最大 管理 价值 安全 基础 时候 超过 无法 显示 几乎 服务 只有 要求 继续 结果 系统 报道
平台 主要 对于 全球 关键 之间 提供 第二 方式 之后 选择 这是 一种 发展 成本 这样 最终 产品 完成 今年 进入 发布 未来 情况
世界 其中 还有 规模 长期 很多 不同 进行 完全 国家 发现 影响 作为 认为 不能 技术 行业 发生 企业 不会 现在 相关 以及 一步
过去 目前 他们 存在 所有 重要 真正 能力 正在 一次 核心 还是 数据 公司 而是 只是 甚至 工作 出现 表示 直接 这种 通过 持续
因为 市场 部分 成为 开始 同时 第一 我们 如果 这个 什么 需要 这些 就是 自己 可以 不是 中国 时间 已经 可能 问题 没有 一个
any source= publisher= topic= section=environment section=operations section=technology section=companies section=overseas
""".encode()
"""The likeliest stand last, where zlib finds them nearest."""


def pack(columns: Sequence[str]) -> bytes:
    """A document's columns, none of which has a newline in it."""
    data = "\n".join(columns).encode()
    packer = zlib.compressobj(
        _LEVEL, zlib.DEFLATED, window_of(len(_COMMON) + len(data)), MEMORY, zdict=_COMMON
    )
    return packer.compress(data) + packer.flush()


def unpack(stored: bytes, limit: int = 0) -> list[str]:
    """The columns; of a long document as many as stand in its first `limit` bytes, the last one cut.

    Raises zlib.error where they are damaged.
    """
    unpacker = zlib.decompressobj(zdict=_COMMON)
    data = unpacker.decompress(stored, limit)
    if not limit and not unpacker.eof:
        raise zlib.error("a document's words are cut off")
    return data.decode("utf-8", "ignore").split("\n")
