"""Which articles are one event: incremental, in memory, over the last days.

Rules of `StoryIndex`
1. An article is compared with few others: those that share its rarest words or its text, most promising first.
2. A reprint of a story's article joins that story.
3. In other words, it joins only if the story's lead agrees and most of the members looked at do: a story is an
   event, not a chain of neighbours (a→b→c never brings c to a's story on b's word alone). More agreement is
   demanded than for a single pair, and more still where all that the two share are names of the week.
4. A story takes nothing published more than `SPAN` from its first article, nothing beyond `LARGEST` articles,
   and nothing that an owner has set apart from it.
5. A later report that brings something new is a development (后续), a story of its own that `follows` the earlier
   one: it is as near to it as two reports of one event are, comes `DEVELOPMENT` (18 hours) or more after the
   first report, is no reprint and has not the same headline, its headline is not told by the earlier reports
   already, and its headline and lead have at least two figures (dates and times of day aside) that none of them
   has. Further reports join the development as they would any story; it can have developments itself. A reader who
   was sent the earlier story gets the development marked as a follow-up, everybody else plainly.
6. What is older than `days` is forgotten; the store remembers it.

The index reads and writes nothing: the caller restores it from its articles at start, asks `place`, stores the
story, and tells the index with `add`. What other processes store meanwhile `Others` tells it.
"""

from bot.stories.index import StoryIndex
from bot.stories.others import Others

__all__ = ["Others", "StoryIndex"]
