"""Pure: what a question expects, against an answer. Every check says why it holds or does not."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant.evaluation.matching import holds
from assistant.evaluation.questions import Expectation
from assistant.evaluation.types import CheckResult, Verdict
from assistant.printable import printable
from assistant.types import Answer, Citation
from index.language import common_words

DetectLanguage = Callable[[str, Mapping[str, float]], str | None]
"""Text, and weights of likely languages that decide where the text alone does not -> ISO 639-1 or None."""

_MARKER = re.compile(r"(?<!\w)\[(\d{1,2})\]")
_ENOUGH = 8
"""Characters of common words that suffice to detect a language; where they do not tell, the expected one decides."""


def check_answer(
    expect: Expectation, answer: Answer, sources: Mapping[str, str], detect: DetectLanguage
) -> tuple[CheckResult, ...]:
    """The results of all checks, in a fixed order.

    `sources` holds the extracted text of the cited documents by source; one that is not there cannot be verified.
    """
    return tuple(_results(expect, answer, sources, detect))


def judge(expect: Expectation, answer: Answer, checks: Sequence[CheckResult]) -> Verdict:
    """What a reader was given. A passage answers where it holds what is to be cited, or else what is to be said."""
    if not answer.abstained:
        right = expect.abstains is not True and all(check.passed for check in checks)
        return Verdict.RIGHT if right else Verdict.WRONG
    if not answer.citations:
        return Verdict.DECLINED
    quotes = " ".join(citation.quote for citation in answer.citations)
    groups = [expect.cites] if expect.cites else expect.contains
    answers = expect.abstains is not True and all(any(holds(quotes, phrase) for phrase in group) for group in groups)
    return Verdict.ANSWER_SHOWN if answers else Verdict.PASSAGE_SHOWN


def _results(
    expect: Expectation, answer: Answer, sources: Mapping[str, str], detect: DetectLanguage
) -> Iterator[CheckResult]:
    prose = _MARKER.sub("", answer.text)  # markers are not numbers that the answer states
    if expect.contains:
        yield _contains(expect.contains, prose)
    if expect.excludes:
        yield _excludes(expect.excludes, prose)
    if expect.cites:
        yield _cites(expect.cites, answer.citations)
    if expect.abstains is not None:
        yield _abstains(expect.abstains, answer)
    if expect.language is not None:
        yield _language(expect.language, answer.language, prose, detect)
    yield _verbatim(answer.citations, sources)
    yield _markers(answer)


def _contains(groups: Sequence[Sequence[str]], prose: str) -> CheckResult:
    missing = [_any(group) for group in groups if not any(holds(prose, phrase) for phrase in group)]
    if not missing:
        return CheckResult("contains", True, f"the answer holds {_all(_any(group) for group in groups)}")
    return CheckResult("contains", False, f"the answer should hold {_all(missing)}")


def _excludes(phrases: Sequence[str], prose: str) -> CheckResult:
    found = [phrase for phrase in phrases if holds(prose, phrase)]
    if not found:
        return CheckResult("excludes", True, f"the answer does not hold {_any(phrases)}")
    return CheckResult("excludes", False, f"the answer should not hold {_all(map(_quoted, found))}")


def _cites(phrases: Sequence[str], citations: Sequence[Citation]) -> CheckResult:
    for citation in citations:
        for phrase in phrases:
            if holds(citation.quote, phrase):
                return CheckResult("cites", True, f"citation [{citation.marker}] holds {_quoted(phrase)}")
    found = f"none of the {len(citations)} does" if citations else "there is none"
    return CheckResult("cites", False, f"a citation should hold {_any(phrases)}; {found}")


def _abstains(expected: bool, answer: Answer) -> CheckResult:
    made_no_claim = "it showed a passage" if answer.citations else "it declined"
    found = f"{made_no_claim} ({answer.decline_reason})" if answer.abstained else "it answered"
    passed = answer.abstained == expected
    wanted = "a decline" if expected else "an answer"
    return CheckResult(
        "abstains", passed, f"{wanted} was expected, and {found}" if passed else f"{wanted} was expected, but {found}"
    )


def _language(expected: str, stated: str, prose: str, detect: DetectLanguage) -> CheckResult:
    if stated != expected:
        return CheckResult("language", False, f"the answer should be in {expected}, but says that it is in {stated}")
    words = common_words(printable(prose))
    detected = detect(words, {expected: 1.0}) if len(words) >= _ENOUGH else None
    if detected is None:
        return CheckResult("language", True, f"the answer says that it is in {expected}; its text is too short to tell")
    if detected != expected:
        return CheckResult("language", False, f"the answer should be in {expected}, but its text reads as {detected}")
    return CheckResult("language", True, f"the answer is in {expected}")


def _verbatim(citations: Sequence[Citation], sources: Mapping[str, str]) -> CheckResult:
    wrong = [problem for citation in citations if (problem := _misquoted(citation, sources))]
    return CheckResult(
        "verbatim", not wrong, "; ".join(wrong) or f"citations verbatim at their offsets: {len(citations)}"
    )


def _misquoted(citation: Citation, sources: Mapping[str, str]) -> str | None:
    text = sources.get(citation.source)
    place = f"{citation.source} at {citation.start}–{citation.end}"
    if text is None:
        return f"citation [{citation.marker}] cannot be verified: {citation.source} cannot be read"
    if not 0 <= citation.start < citation.end <= len(text):
        return f"citation [{citation.marker}] quotes outside of the text: {place}, of {len(text)} characters"
    found = text[citation.start : citation.end]
    if found != citation.quote:
        quotes = f"reads {found!r}, not {citation.quote!r}"  # repr: a quote may span lines
        return f"citation [{citation.marker}] is not verbatim: {place} {quotes}"
    return None


def _markers(answer: Answer) -> CheckResult:
    in_text = {int(marker) for marker in _MARKER.findall(answer.text)}
    cited = [citation.marker for citation in answer.citations]
    problems = [f"[{marker}] in the text has no citation" for marker in sorted(in_text.difference(cited))]
    problems += [f"citation [{marker}] is not in the text" for marker in sorted(set(cited) - in_text)]
    problems += [
        f"[{marker}] has {cited.count(marker)} citations" for marker in sorted(set(cited)) if cited.count(marker) > 1
    ]
    return CheckResult("markers", not problems, "; ".join(problems) or "markers and citations agree")


def _quoted(text: str) -> str:
    return f"“{text}”"


def _any(phrases: Sequence[str]) -> str:
    return " or ".join(map(_quoted, phrases))


def _all(phrases: Iterator[str] | Sequence[str]) -> str:
    return ", ".join(phrases)
