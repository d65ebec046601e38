"""The nouns: frozen values that every part of kgqa speaks in.

Ids are hexadecimal content hashes (`content_id`), so that the same input gives the same graph on every run and machine.
"""

from .answers import (
    Answer as Answer,
)
from .answers import (
    Citation as Citation,
)
from .answers import (
    Evidence as Evidence,
)
from .answers import (
    Statement as Statement,
)
from .documents import (
    PAGE_DPI as PAGE_DPI,
)
from .documents import (
    PLACE_DIGITS as PLACE_DIGITS,
)
from .documents import (
    Block as Block,
)
from .documents import (
    Box as Box,
)
from .documents import (
    Chunk as Chunk,
)
from .documents import (
    Document as Document,
)
from .documents import (
    Failure as Failure,
)
from .documents import (
    Holding as Holding,
)
from .documents import (
    Kind as Kind,
)
from .documents import (
    Layout as Layout,
)
from .documents import (
    Page as Page,
)
from .documents import (
    Parsed as Parsed,
)
from .documents import (
    Reading as Reading,
)
from .documents import (
    Sentence as Sentence,
)
from .documents import (
    Skipped as Skipped,
)
from .documents import (
    Source as Source,
)
from .documents import (
    content_id as content_id,
)
from .documents import (
    file_name as file_name,
)
from .documents import (
    sentence_id as sentence_id,
)
from .documents import (
    sentence_place as sentence_place,
)
from .knowledge import (
    RELATED as RELATED,
)
from .knowledge import (
    Alias as Alias,
)
from .knowledge import (
    Claim as Claim,
)
from .knowledge import (
    Entity as Entity,
)
from .knowledge import (
    Extraction as Extraction,
)
from .knowledge import (
    Facts as Facts,
)
from .knowledge import (
    Link as Link,
)
from .knowledge import (
    Mention as Mention,
)
from .knowledge import (
    Origin as Origin,
)
from .knowledge import (
    Pair as Pair,
)
from .knowledge import (
    Passage as Passage,
)
from .knowledge import (
    Relation as Relation,
)
from .knowledge import (
    Said as Said,
)
from .knowledge import (
    Schema as Schema,
)
from .knowledge import (
    Tally as Tally,
)
from .knowledge import (
    Task as Task,
)
from .knowledge import (
    Triple as Triple,
)
from .knowledge import (
    Use as Use,
)
from .language_models import (
    Reply as Reply,
)
from .language_models import (
    ToolCall as ToolCall,
)
from .language_models import (
    Usage as Usage,
)
from .questions import (
    Attempt as Attempt,
)
from .questions import (
    How as How,
)
from .questions import (
    Limits as Limits,
)
from .questions import (
    Match as Match,
)
from .questions import (
    Query as Query,
)
from .questions import (
    Rows as Rows,
)
