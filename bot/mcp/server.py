"""The tools as an MCP server, by the official SDK: over standard input and output, or mounted in a web application."""

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Annotated, Any, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from bot.errors import ChenbaoError
from bot.mcp.answers import (
    EditionAnswer,
    SearchAnswer,
    SourcesAnswer,
    StoryAnswer,
    TopicsAnswer,
    TrendsAnswer,
)
from bot.mcp.tools import MAX_REPORTS, MAX_RESULTS, MAX_SOURCES, MAX_STORIES, Archive
from bot.mcp.trends import MAX_WORDS, trends

INSTRUCTIONS = (
    "晨报 (Chenbao): the archive of an industry's Chinese news, kept by its operator. Articles have a section, topics and a "
    "summary made of their own sentences; a story is one event that one or more articles report. Cite the url and the "
    "date of what you use: summaries are extracts, the article stands behind the link. Queries are in Chinese: words, "
    '"exact phrases", OR, -without, topic:半导体, source:虎嗅, since:7d, until:2026-11-20.'
)
READ_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
MAX_LETTERS = 600
MAX_DAYS = 90
MAX_ID = 2**63 - 1

Cursor = Annotated[
    str | None, Field(max_length=200, description="next_cursor of the page before, of the same question")
]
Words = Annotated[str, Field(max_length=60)]
Answered = TypeVar("Answered")


def server(archive: Archive) -> MCPServer[None]:
    """A server whose tools read this archive; `archive` is asked at each call, in the event loop."""
    made: MCPServer[None] = MCPServer(
        "chenbao",
        title="晨报",
        instructions=INSTRUCTIONS,
        version=version("chenbao"),
        log_level="WARNING",
        subscriptions=False,
    )

    async def search(
        query: Annotated[str, Field(min_length=1, max_length=MAX_LETTERS)],
        limit: Annotated[int, Field(ge=1, le=MAX_RESULTS)] = 10,
        cursor: Cursor = None,
    ) -> SearchAnswer:
        """Articles that answer a query, best first; fresh ones gain. Words, "phrases", OR, -without, topic:, section:,
        source:, since:7d, until:2026-11-20."""
        return _said(lambda: archive.search(query, limit, cursor))

    async def get_story(
        story_id: Annotated[int, Field(ge=1, le=MAX_ID)],
        limit: Annotated[int, Field(ge=1, le=MAX_REPORTS)] = 10,
        cursor: Cursor = None,
    ) -> StoryAnswer:
        """One event with the articles that report it, and the earlier stories of its affair."""
        return _said(lambda: archive.story(story_id, limit, cursor))

    async def get_edition(
        topics: Annotated[list[Words] | None, Field(description="ids or names; see list_topics")] = None,
        follow: Annotated[
            list[Words] | None, Field(description="words of your own, such as a company")
        ] = None,
        date: Annotated[str | None, Field(max_length=10, description="YYYY-MM-DD; without: now")] = None,
        limit: Annotated[int, Field(ge=1, le=MAX_STORIES)] = 12,
    ) -> EditionAnswer:
        """The briefing that a new reader with these wishes would get; without any wish, the day's top stories."""
        return _said(lambda: archive.edition(topics or [], follow or [], date, limit))

    async def list_topics() -> TopicsAnswer:
        """Sections and topics of this archive, with how many stories each had in the last seven days."""
        return _said(archive.topics)

    async def get_trends(
        words: Annotated[list[Words] | None, Field(max_length=MAX_WORDS)] = None,
        days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = 7,
    ) -> TrendsAnswer:
        """How much is reported in the last days: each of the words by day, topics against the time before, and names
        that rise or fall more than chance explains."""
        return _said(lambda: trends(archive, words or [], days))

    async def source_health(
        limit: Annotated[int, Field(ge=1, le=MAX_SOURCES)] = 20, cursor: Cursor = None
    ) -> SourcesAnswer:
        """The places that articles come from and how they fare, those in trouble first."""
        return _said(lambda: archive.sources(limit, cursor))

    tools: dict[str, Callable[..., Awaitable[Any]]] = {
        "search": search,
        "get_story": get_story,
        "get_edition": get_edition,
        "list_topics": list_topics,
        "trends": get_trends,
        "source_health": source_health,
    }
    for name, tool in tools.items():
        made.add_tool(tool, name=name, annotations=READ_ONLY, structured_output=True)
    return made


def _said(answer: Callable[[], Answered]) -> Answered:
    """The answer; what the archive refuses on purpose reaches the assistant as its sentence."""
    try:
        return answer()
    except ChenbaoError as error:
        raise ToolError(str(error)) from error
