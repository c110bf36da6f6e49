"""Which articles are one event: incremental, in memory, over the last days.

Rules of `StoryIndex`
1. An article is compared with few others: those that share its rarest words or its text, most promising first.
2. A reprint of a story's article joins that story.
3. In other words, it joins only if the story's lead agrees and most of the members looked at do: a story is an
   event, not a chain of neighbours (a→b→c never brings c to a's story on b's word alone). More agreement is
   demanded than for a single pair, and more still where all that the two share are names of the week.
4. A story takes nothing published more than `SPAN` from its first article, nothing beyond `LARGEST` articles,
   and nothing that an owner has set apart from it.
5. What is older than `days` is forgotten; the store remembers it.

Nothing here reads or writes: the caller restores the index from its articles at start, asks `place`, stores
the story, and tells the index with `add`.
"""

from bot.stories.index import StoryIndex

__all__ = ["StoryIndex"]
