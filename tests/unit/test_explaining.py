"""An explanation as a tree: everything is told, and in what order."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from textwrap import shorten

import pytest

from assistant.explaining import Branch, outline
from assistant.types import Answer
from index.search import Index

from .answering_fakes import ADA, CAPTAIN, FERRY, WHO, ask, indexed, local, scripted


def lines(branch: Branch, depth: int = 0) -> list[str]:
    return ["  " * depth + branch.text, *(line for each in branch.branches for line in lines(each, depth + 1))]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory):
    with indexed(tmp_path_factory.mktemp("letters")) as opened:
        yield opened


def test_a_claim_tells_what_was_found_read_drafted_and_cut(index: Index) -> None:
    answer = ask(index, scripted(f"{ADA} It carried 77 barrels to Norrport."), WHO)
    told = lines(outline(answer))
    assert told[0] == "Why this claim"
    assert f"  asked: {WHO}" in told
    assert "  read: all documents: they are short together" in told
    assert f"  draft: {ADA} It carried 77 barrels to Norrport." in told
    assert f"    stands: {ADA}" in told
    assert "    cut, since its quotes do not hold 77: It carried 77 barrels to Norrport." in told
    assert any(line.startswith("      carried by ferry.txt [") and line.endswith(CAPTAIN) for line in told)
    assert told[-1] == "  outcome: a claim, of which each sentence is carried by its quotes (1)"


def test_a_local_model_s_quote_and_log_odds_are_told(index: Index) -> None:
    model = scripted(ADA, quote=CAPTAIN, stated="No")
    answer = _asked(index, model)
    told = lines(outline(answer))
    assert told[0] == f"Why no claim is made ({answer.decline_reason})"
    assert f"  quoted by the model: {CAPTAIN}" in told
    assert any("the model's readings" in line and "below its line" in line for line in told)
    assert told[-1] == "  outcome: the model does not find the answer stated in the documents"


def test_what_was_found_is_told_with_its_scores(index: Index) -> None:
    answer = ask(index, scripted(ADA), WHO)
    (branch,) = (each for each in outline(answer).branches if each.text.startswith("found: "))
    hits = index.search(WHO, 8)
    assert [each.text for each in branch.branches] == [
        f"{hit.source} [{hit.start}:{hit.end}], score {hit.score:.3f}, kept: {shorten(hit.text, 80, placeholder=' …')}"
        for hit in hits
    ]


def test_the_measures_of_a_sentence_stand_at_it(index: Index) -> None:
    said = "The captain is a certain Ada Lindqvist."
    told = lines(outline(ask(index, scripted(said, claim="No"), WHO)))
    at = told.index(f"    cut, since the model does not find it stated by its quotes: {said}")
    assert any("quotes of a sentence state it" in line and "below its line" in line for line in told[at + 1 :])
    assert not any(line.startswith("    log-odds") for line in told)


def test_what_is_passed_over_is_told_with_its_reason(index: Index) -> None:
    model = scripted(ADA, quote="42", alone="No", stated="Yes")
    told = lines(outline(_asked(index, model)))
    at = told.index("  considered, of the documents")
    assert told[at + 1] == "    log-odds 9.00, by the model, that it answers: (all that was read)"
    assert told[at + 2] == "    passed over, since it is not of the kind that is asked for: 42"
    assert f"    log-odds -9.00, by the model, that it answers: {CAPTAIN}" in told


def test_what_was_not_read_is_told(tmp_path: Path) -> None:
    texts = {f"{number}.txt": f"{FERRY}\nCopy {number} of " + "salt and rope. " * 300 for number in range(4)}
    with indexed(tmp_path, texts) as many:
        told = outline(ask(many, scripted(ADA), WHO))
    (branch,) = (each for each in told.branches if each.text.startswith("found: "))
    uses = {each.text.split(": ")[0].rsplit(", ", 1)[1] for each in branch.branches}
    assert uses == {"kept", "not kept"}


def test_every_attempt_is_told(index: Index) -> None:
    model = scripted("Ada Lindqvist sails with 77 others.", quote=CAPTAIN, stated="Yes", phrase=ADA)
    told = lines(outline(_asked(index, model, "Wer ist der Kapitän der Fähre?")))
    drafts = [line for line in told if line.startswith("  draft: ")]
    assert len(drafts) > 1
    assert f"  draft: {ADA}" in drafts


def test_a_model_that_declines_has_no_draft(index: Index) -> None:
    told = lines(outline(ask(index, scripted("NONE"), WHO)))
    assert told[-1] == "  outcome: the model declined"
    assert not any(line.strip().startswith("draft:") for line in told)


def test_it_is_data_too(index: Index) -> None:
    answer = ask(index, scripted(ADA), WHO)
    explanation = json.loads(json.dumps(asdict(answer)))["explanation"]
    assert explanation["draft"] == ADA
    assert explanation["sentences"][0]["cut"] is None
    assert CAPTAIN in [carrier["quote"] for carrier in explanation["sentences"][0]["carriers"]]


def test_an_answer_that_does_not_tell(index: Index) -> None:
    with pytest.raises(ValueError, match="without"):
        outline(replace(ask(index, scripted(ADA), WHO), explanation=None))


def _asked(index: Index, model, question: str = WHO) -> Answer:
    from assistant.drafting import Drafter
    from assistant.pipeline import Pipeline

    *_, answer = Pipeline(index, Drafter(local(model))).run(question, ())
    return answer
