"""answer: write at most `cited` statements from the best evidence, each with its sentence, and a short answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from langgraph.runtime import Runtime

from ..model import Sentence, Statement
from ..settings import QAOptions
from ..tools.ports import AnswerWriter
from ..tools.text.words import STOP
from .answering.short.choose import short_answer
from .answering.short.focus import asks_for_unknown
from .answering.short.qualifiers import tells_year, years
from .matching.respellings import as_named, respellings
from .matching.unknown_names import unknown_names
from .state import Composed, QAContext, ToAnswer, options
from .trace import Trace

_SPACE = re.compile(r"\s+")


class BuiltinAnswerWriter:
    """The evidence's own sentences, told where they stand; nothing is reworded, so nothing can be made up."""

    async def write(
        self, question: str, evidence: Sequence[Sentence], language: str
    ) -> Sequence[tuple[str, tuple[str, ...]]]:
        """As the port says: one statement a sentence, in the evidence's order; headings say nothing."""
        return [(framed(sentence, language), (sentence.id,)) for sentence in evidence if sentence.kind != "heading"]


async def answer(
    state: ToAnswer, runtime: Runtime[QAContext], *, answer_writer: AnswerWriter, settings: QAOptions
) -> Composed:
    """Write the statements; what is too poorly covered, or asks for what no document speaks of, is not answered."""
    chosen = options(runtime.context, settings)
    if not getattr(answer_writer, "decides", False) and _unanswerable(state, chosen.abstain_below):
        return {"draft": [], "short": "", "notes": []}
    evidence = [item.sentence for item in state["evidence"]]
    written = await answer_writer.write(state["asked"], evidence, state["language"])
    draft = [Statement(text, tuple(ids), 0.0) for text, ids in written[: chosen.cited]]
    cited = {key for statement in draft for key in statement.sentences}
    trace = state.get("trace") or Trace()
    if trace.conclusion and trace.certain:
        # What was reckoned stands in no sentence that a judge could compare it with: it is as good as its parts.
        draft.insert(0, Statement(trace.conclusion.text, trace.conclusion.sentences, 1.0))
    question = as_named(state["asked"], respellings(state["matches"]))
    short = trace.short or short_answer(question, state["answer_kind"], [s for s in evidence if s.id in cited])
    runtime.stream_writer({"stage": "answer", "statements": len(draft), "short": short})
    return {"draft": draft, "short": short, "notes": list(getattr(answer_writer, "notes", ()))}


def _unanswerable(state: ToAnswer, below: float) -> bool:
    if below <= 0 or state["coverage"] < below or (state.get("trace") or Trace()).certain:
        return state["coverage"] < below
    question, strange = state["asked"], state["unknown"]
    texts = [item.sentence.text for item in state["evidence"]]
    return (
        asks_for_unknown(question, strange)
        or bool(unknown_names(question, state["mentions"], state["matches"], strange, texts))
        or any(year in strange and not any(tells_year(text, year) for text in texts) for year in years(question))
    )


def framed(sentence: Sentence, language: str) -> str:
    """The sentence after the page, else the section, that it stands on."""
    text = _SPACE.sub(" ", sentence.text).strip()
    section = sentence.section.rpartition("›")[2].strip()
    if language == "ko":
        if sentence.page is not None:
            return f"{sentence.page}페이지에 따르면, {text}"
        return f"“{section}” 절에 따르면, {text}" if section else text
    if sentence.page is not None:
        return f"According to page {sentence.page}, {_lowered(text)}"
    return f"According to section “{section}”, {_lowered(text)}" if section else text


def _lowered(text: str) -> str:
    """A sentence as it goes on after a comma: only a little word loses its capital, never a name."""
    first = text.partition(" ")[0]
    return text[:1].lower() + text[1:] if first.casefold() in STOP and first != "I" else text
