"""Which articles are one event: incremental, in memory, over the last days.

Rules of `StoryIndex`
1. An article is compared with few others: those that share its rarest words or its text, most promising first.
2. A reprint of a story's article joins that story, and so does what has the same headline within two days. Passages in
   common make no reprint where neither headline nor lead agrees: notices of one office have them too.
3. In other words, it joins only if the story's lead agrees and most of the members looked at do: a story is an
   event, not a chain of neighbours (a→b→c never brings c to a's story on b's word alone). More agreement is
   demanded than for a single pair, more still where all that the two share are names of the week, and most where one
   source has told all of it: that seldom tells one event twice, but writes several essays on a subject.
4. A story takes nothing published more than `SPAN` from its first article, nothing beyond `LARGEST` articles,
   and nothing that an owner has set apart from it.
5. A later report that brings something new is a development (后续), a story of its own that `follows` the earlier
   one: it is as near to it as two reports of one event are, comes `DEVELOPMENT` (18 hours) or more after the
   first report, is no reprint and has not the same headline, its headline is not told by the earlier reports
   already, and its headline and lead have at least two figures (dates and times of day aside) that none of them
   has. Further reports join the development as they would any story; it can have developments itself. A reader who
   was sent the earlier story gets the development marked as a follow-up, everybody else plainly.
6. A story that is no more than related to one of the last `SPAN` follows it too: they are one affair, of which an
   editor tells once in a morning. Where its headline and its figures say nothing new, it `repeats`, and who was sent
   the earlier story is not sent it.
7. An article that fits two stories very well joins them, if their first reports agree as well and no owner has set
   them apart: the later goes into the earlier (see `storage.merges`).
8. What is older than `days` is forgotten; the store remembers it.

The index reads and writes nothing: the caller restores it from its articles at start, asks `decide`, stores what it
says, and tells the index with `add` and `merge`. What other processes store meanwhile `ExternalWrites` tells it.
"""

from bot.stories.external_writes import ExternalWrites
from bot.stories.index import Moved, StoryIndex
from bot.stories.memory import SPAN

__all__ = ["SPAN", "ExternalWrites", "Moved", "StoryIndex"]
