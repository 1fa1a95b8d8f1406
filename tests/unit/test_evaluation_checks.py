"""Every check: when it holds, when it does not, and what it says then."""

from collections.abc import Mapping
from typing import Any

import pytest

from assistant.evaluation.checks import check_answer, judge
from assistant.evaluation.questions import Expectation
from assistant.evaluation.types import CheckResult, Verdict
from assistant.types import Answer, Citation, Timings
from index.language import detect

SOURCE = "Anna bought 18 apples in 2018. Bert bought none."
LONG = "Anna a acheté dix-huit pommes au marché, et Bert n'a rien acheté."


def citation(start: int = 0, end: int = 30, **changes: Any) -> Citation:
    fields = {
        "marker": 1,
        "source": "shop.txt",
        "title": "Shop",
        "quote": SOURCE[start:end],
        "start": start,
        "end": end,
    }
    return Citation(**(fields | changes))


def answer(text: str = "Anna did. [1]", *citations: Citation, **changes: Any) -> Answer:
    fields = {
        "question": "Who?",
        "text": text,
        "language": "en",
        "standalone_question": "Who?",
        "citations": citations or (citation(),),
        "abstained": False,
        "decline_reason": None,
        "timings": Timings(0.1, 0.2, 0.3),
    }
    return Answer(**(fields | changes))


def french(_text: str, _prior: Mapping[str, float]) -> str:
    return "fr"


def result(check: str, given: Answer, **expect: Any) -> CheckResult:
    results = check_answer(Expectation(**expect), given, {"shop.txt": SOURCE}, french)
    return next(result for result in results if result.check == check)


def test_what_is_not_expected_is_not_checked() -> None:
    results = check_answer(Expectation(), answer(), {"shop.txt": SOURCE}, french)
    assert [result.check for result in results] == ["verbatim", "markers"]
    assert all(result.passed for result in results)


def test_contains_wants_all_groups_and_any_of_a_group() -> None:
    given = answer("Anna and Bert. [1]")
    assert result("contains", given, contains=(("anna",), ("Carl", "bert"))).passed
    failed = result("contains", given, contains=(("anna",), ("Carl", "Dora"), ("Emil",)))
    assert failed == CheckResult("contains", False, "the answer should hold “Carl” or “Dora”, “Emil”")


def test_markers_are_not_part_of_what_an_answer_states() -> None:
    assert not result("contains", answer("Anna did. [1]"), contains=(("1",),)).passed
    assert result("excludes", answer("Anna did. [1]"), excludes=("1",)).passed


def test_excludes() -> None:
    assert result("excludes", answer(), excludes=("Carl",)).passed
    failed = result("excludes", answer(), excludes=("Carl", "ANNA"))
    assert failed == CheckResult("excludes", False, "the answer should not hold “ANNA”")


def test_cites_wants_one_quote_with_one_phrase() -> None:
    assert result("cites", answer(), cites=("nothing", "18 apples")).passed
    assert result("cites", answer(), cites=("pears",)).reason == "a citation should hold “pears”; none of the 1 does"
    uncited = answer("Anna.", citations=())
    assert result("cites", uncited, cites=("pears",)).reason == "a citation should hold “pears”; there is none"


@pytest.mark.parametrize(
    ("verdict", "given", "expected"),
    [
        (Verdict.RIGHT, answer(), {"contains": (("Anna",),), "cites": ("apples",)}),
        (Verdict.WRONG, answer(), {"contains": (("Bert",),)}),
        (Verdict.WRONG, answer(), {"cites": ("pears",)}),
        (Verdict.WRONG, answer(), {"abstains": True}),
        (Verdict.ANSWER_SHOWN, answer("No.", abstained=True), {"contains": (("none",),), "cites": ("18 apples",)}),
        (Verdict.ANSWER_SHOWN, answer("No.", abstained=True), {"contains": (("18", "eighteen"), ("2018", "apples"))}),
        (Verdict.PASSAGE_SHOWN, answer("No.", abstained=True), {"contains": (("18",), ("pears",))}),
        (Verdict.PASSAGE_SHOWN, answer("No.", abstained=True), {"cites": ("pears",)}),
        (Verdict.PASSAGE_SHOWN, answer("No.", abstained=True), {"abstains": True}),
        (Verdict.DECLINED, answer("No.", abstained=True, citations=()), {"abstains": True}),
        (Verdict.DECLINED, answer("No.", abstained=True, citations=()), {"contains": (("18",),)}),
    ],
)
def test_what_a_reader_was_given(verdict: Verdict, given: Answer, expected: dict[str, Any]) -> None:
    expectation = Expectation(**expected)
    checks = check_answer(expectation, given, {"shop.txt": SOURCE}, detect)
    assert judge(expectation, given, checks) is verdict


@pytest.mark.parametrize(("expected", "abstained"), [(True, False), (False, True)])
def test_abstains(expected: bool, abstained: bool) -> None:
    uncited = {"citations": ()} if abstained else {}
    given = answer(abstained=abstained, decline_reason="not_covered" if abstained else None, **uncited)
    assert result("abstains", given, abstains=abstained).passed
    failed = result("abstains", given, abstains=expected)
    assert not failed.passed
    assert failed.reason == (
        "an answer was expected, but it declined (not_covered)"
        if abstained
        else "a decline was expected, but it answered"
    )


def test_a_passage_without_a_claim_is_no_answer() -> None:
    shown = result("abstains", answer(abstained=True, decline_reason="detail_missing"), abstains=False)
    assert shown.reason == "an answer was expected, but it showed a passage (detail_missing)"


def test_language_as_stated_and_as_written() -> None:
    assert result("language", answer(language="de"), language="fr").reason.endswith("says that it is in de")
    assert result("language", answer(LONG, language="fr"), language="fr").passed
    assert result("language", answer(LONG, language="de"), language="de").reason.endswith("its text reads as fr")


@pytest.mark.parametrize("text", ["SAP. [1]", "Anna Apfel, Bert Birne et Carl Citron. [1]", "18, 2018 et 2,5 %. [1]"])
def test_the_language_of_mere_names_and_numbers_is_believed(text: str) -> None:
    believed = result("language", answer(text, language="de"), language="de")
    assert believed.passed
    assert believed.reason.endswith("too short to tell")


def test_the_detector_sees_common_words_and_learns_the_expected_language() -> None:
    seen = []

    def record(text: str, prior: Mapping[str, float]) -> None:
        seen.append((text, prior))

    check_answer(
        Expectation(language="fr"), answer("Anna a deux\ud83d pommes [1], 3 en été.", language="fr"), {}, record
    )
    assert seen == [("a deux pommes en été.", {"fr": 1.0})]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Les signataires de cette lettre sont Deutsche Bahn, Schwarzwälder Uhren, Münchner Bier et Berliner Luft.",
            "fr",
        ),
        ("Die Gesellschaft wurde in Lyon mit La Banque Postale und Les Grands Moulins gegründet.", "de"),
        ("安娜在二零一八年买了十八个苹果。", "zh"),
    ],
)
def test_the_real_detector_is_not_misled_by_names(text: str, language: str) -> None:
    for expected in ("fr", "de", "zh"):
        results = check_answer(
            Expectation(language=expected), answer(text, language=expected), {"shop.txt": SOURCE}, detect
        )
        assert results[0].check == "language"
        assert results[0].passed is (expected == language)


@pytest.mark.parametrize(
    ("cited", "reason"),
    [
        (citation(quote="Anna bought 19 apples in 2018."), "is not verbatim: shop.txt at 0–30 reads 'Anna bought 18"),
        (citation(quote="Anna\nbought"), "not 'Anna\\nbought'"),
        (citation(1, 30, quote=SOURCE[:30]), "is not verbatim"),
        (citation(40, 99), "quotes outside of the text: shop.txt at 40–99, of 48 characters"),
        (citation(-5, 30), "quotes outside of the text"),
        (citation(5, 5), "quotes outside of the text"),
        (citation(source="gone.txt"), "cannot be verified: gone.txt cannot be read"),
    ],
)
def test_a_quote_is_the_source_at_its_offsets(cited: Citation, reason: str) -> None:
    failed = result("verbatim", answer("Anna. [1]", cited))
    assert not failed.passed
    assert failed.reason.startswith("citation [1]")
    assert reason in failed.reason


@pytest.mark.parametrize(
    ("text", "cited", "reason"),
    [
        ("Anna. [1] Bert. [2]", [1], "[2] in the text has no citation"),
        ("Anna. [1]", [1, 2], "citation [2] is not in the text"),
        ("Anna. [1]", [1, 1], "[1] has 2 citations"),
        ("Anna. [1][2] And [1].", [1, 2], "markers and citations agree"),
    ],
)
def test_markers_and_citations_agree_one_to_one(text: str, cited: list[int], reason: str) -> None:
    checked = result("markers", answer(text, *(citation(marker=marker) for marker in cited)))
    assert checked == CheckResult("markers", reason == "markers and citations agree", reason)
