"""What a question asks of the model, in which order, and what is answered without one."""

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.outputs import ChatGenerationChunk

from assistant.reading import Reading
from assistant.turns import Line
from assistant.types import Answer, PassagesFound, TextDelta
from index.search import Index

from ..answering_fakes import (
    ADA,
    CAPTAIN,
    CARGO,
    FERRY,
    TURN,
    WHO,
    OpenIndex,
    ScriptedModel,
    ask,
    assert_declines,
    assert_verifies,
    events,
    local,
    pipeline,
    scripted,
)

# --- calls of the model ---


def test_a_first_question_costs_one_call(index: Index) -> None:
    model = scripted(ADA)
    found, streamed, answer = events(index, model, WHO)
    assert model.kinds == ["draft"]
    assert found.standalone_question == answer.standalone_question == answer.question == WHO
    assert streamed == ADA
    assert answer.text.startswith(f"{ADA} [1]")
    assert CAPTAIN in [c.quote for c in answer.citations]
    assert (answer.abstained, answer.decline_reason, answer.language) == (False, None, "en")
    assert_verifies(answer, index.corpus)


@pytest.mark.parametrize(("reused", "lines"), [(900, 0), (3, 1)])
def test_what_is_read_again_although_it_was_restored_is_logged(
    reused: int, lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    usage = UsageMetadata(
        input_tokens=950, output_tokens=9, total_tokens=959, input_token_details=InputTokenDetails(cache_read=reused)
    )

    class Counting(ScriptedModel):
        def _stream(self, *arguments: Any, **keywords: Any) -> Iterator[ChatGenerationChunk]:
            yield from super()._stream(*arguments, **keywords)
            yield ChatGenerationChunk(message=AIMessageChunk("", usage_metadata=usage))

    reading = Reading(local(Counting(replies={"quote": CAPTAIN, "stated": "Yes"})), FERRY, Line(1), 0)
    list(reading.prepare())
    assert "".join(piece or "" for piece in reading.quote(WHO)) == CAPTAIN
    assert [record.levelname for record in caplog.records if "are read again" in record.message] == ["WARNING"] * lines


def test_the_model_reads_question_documents_and_language(index: Index) -> None:
    model = scripted(ADA)
    ask(index, model, WHO)
    (call,) = model.calls
    for part in (WHO, CARGO, "The miller bought two horses in spring.", "English"):
        assert part in call.text


def test_events_come_in_order(index: Index) -> None:
    kinds = [type(event) for event in pipeline(index, scripted(ADA)).run(WHO, ()) if event]
    assert kinds == sorted(kinds, key=[PassagesFound, TextDelta, Answer].index)
    assert (kinds.count(PassagesFound), kinds.count(Answer)) == (1, 1)


def test_passages_are_found_before_the_model_is_called(index: Index) -> None:
    model = scripted(ADA)
    found = next(pipeline(index, model).run(WHO, ()))
    assert isinstance(found, PassagesFound)
    assert any(CAPTAIN in hit.text for hit in found.hits)
    assert model.calls == []


def test_a_follow_up_is_condensed_and_searched_for(index: Index) -> None:
    rewritten = "What is the name of the captain of the ferry?"
    model = scripted(ADA, condense=rewritten)
    found, _, answer = events(index, model, "And who is its captain?", [TURN])
    assert model.kinds == ["condense", "draft"]
    condense, draft = model.calls
    assert TURN.question in condense.text
    assert "And who is its captain?" in condense.text
    assert rewritten in draft.text
    assert found.standalone_question == answer.standalone_question == rewritten
    assert found.hits == tuple(index.search(rewritten, len(found.hits)))
    assert answer.question == "And who is its captain?"
    assert_verifies(answer, index.corpus)


@pytest.mark.parametrize("rewritten", ["", " \n ", "Ramble " * 900, "?!", "…"])
def test_a_useless_rewriting_falls_back_to_both_questions(rewritten: str, index: Index) -> None:
    answer = ask(index, scripted(ADA, condense=rewritten), "And who is its captain?", [TURN])
    assert TURN.question in answer.standalone_question
    assert "And who is its captain?" in answer.standalone_question
    assert not answer.abstained


def test_times_grow(index: Index) -> None:
    times = ask(index, scripted(ADA), WHO).timings
    assert 0 < times.retrieve_s <= times.first_token_s <= times.total_s


def test_the_same_again(index: Index) -> None:
    def stable(answer: Answer) -> tuple[object, ...]:
        return answer.text, answer.citations, answer.language, answer.standalone_question

    shared = pipeline(index, scripted(ADA, condense=WHO))
    alone = [stable(ask(index, scripted(ADA, condense=WHO), WHO)), stable(ask(index, None, WHO))]
    events_before = [list(shared.run(question, history)) for question, history in [("Barrels?", ()), (WHO, [TURN])]]
    assert events_before
    last = list(shared.run(WHO, ()))[-1]
    assert isinstance(last, Answer)
    assert [stable(last), stable(ask(index, None, WHO))] == alone


# --- without a chat model ---


def test_without_a_model_the_answer_is_verbatim(index: Index) -> None:
    found, streamed, answer = events(index, None, WHO)
    assert found.hits
    assert streamed in ("", answer.text)
    assert CAPTAIN in answer.text
    assert CAPTAIN in [c.quote for c in answer.citations]
    assert answer.language == "en"
    assert_verifies(answer, index.corpus)


def test_without_a_model_a_heading_is_no_answer(open_index: OpenIndex) -> None:
    notes = "# The captain of the ferry\n\nThe captain is Ada Lindqvist.\n\n## The captain and her ferry\n\nNothing.\n"
    answer = ask(open_index({"notes.md": notes}), None, WHO)
    assert ADA in [c.quote for c in answer.citations]
    assert [c.quote for c in answer.citations if "#" in c.quote] == []


def test_without_a_model_nothing_near_is_declined(index: Index) -> None:
    assert_declines(ask(index, None, "Xylophone quarterly zeppelin?"), "en")


def test_without_a_model_a_follow_up_is_searched_with_the_question_before(index: Index) -> None:
    answer = ask(index, None, "And the captain?", [TURN])
    assert TURN.question in answer.standalone_question
    assert "And the captain?" in answer.standalone_question
    assert_verifies(answer, index.corpus)


def test_without_a_model_the_language_is_that_of_the_sentence(open_index: OpenIndex) -> None:
    french = "Le moulin\n\nLe meunier a acheté deux chevaux au printemps. Leur écurie a brûlé en juin.\n"
    answer = ask(open_index({"a.txt": french, "b.txt": FERRY}), None, "Who is the captain of the ferry?")
    assert CAPTAIN in answer.text
    assert answer.language == "en"


def test_a_question_without_capitals_gets_them_for_the_names_that_are_found(open_index: OpenIndex) -> None:
    index = open_index({"a.txt": "The ferry\n\nThe captain of the ferry is Ada, who saw Solvig.\n"})
    model = scripted("Ada saw Solvig.")
    found, _, answer = events(index, model, "who saw solvig at noon")
    assert found.standalone_question == answer.standalone_question == "who saw Solvig at noon"
    assert answer.question == "who saw solvig at noon"
    assert "who saw Solvig at noon" in model.calls[0].text
