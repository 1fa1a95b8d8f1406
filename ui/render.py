"""Pure: conversation -> HTML. Every text that comes from outside goes through `escaped`."""

import html
import re
from collections.abc import Mapping, Sequence

from assistant.explaining import Branch, outline
from assistant.types import Answer, Citation, DeclineReason
from ui import texts as words
from ui.conversation import Conversation, Exchange, Problem, Stage, running
from ui.protocol import DocumentInfo, DocumentText
from ui.texts import Texts
from ui.warmup import Readiness

_MARKER = re.compile(r"[ \u00a0\u202f]\[(\d{1,4})\]")
"""As an answer sets them, behind a space: "array[1]" is text."""
_PARAGRAPH_BORDER = re.compile(r"\n[^\S\n]*\n")
_COMMAND = re.compile("&#96;.+?&#96;")
"""In backticks, escaped."""
_UNBROKEN = r'<span class="command" dir="ltr">\g<0></span>'
_MAX_CONTEXT = 900
"""Characters shown on either side of a quote, at most."""
_MAX_TITLE = 100

Documents = Mapping[str, DocumentText]


def escaped(text: str) -> str:
    """For element content and quoted attributes; braces and dollars too, since Gradio's HTML knows two template
    languages.
    """
    safe = html.escape(text, quote=True)
    return safe.replace("{", "&#123;").replace("}", "&#125;").replace("$", "&#36;").replace("`", "&#96;")


def header(texts: Texts, documents: Sequence[DocumentInfo]) -> str:
    """The page's title, and which documents are asked."""
    titles = "\n".join(document.title for document in documents)
    if len(documents) == 1:
        line = texts.one_document.format(title=documents[0].title)
    else:
        line = texts.many_documents.format(count=len(documents))
    about = f'<p title="{escaped(titles)}">{escaped(line)}</p>' if documents else ""
    return f'<h1 lang="{texts.language}">{escaped(texts.title)}</h1>{about}'


def status(texts: Texts, readiness: Readiness, problem: Problem | None) -> str:
    """Whether the models are loaded; for a failure, why not."""
    label = {
        Readiness.LOADING: texts.loading,
        Readiness.READY: texts.ready,
        Readiness.FAILED: texts.unavailable,
    }[readiness]
    detail = f'<div class="problem">{_explained(problem, texts)}</div>' if readiness is Readiness.FAILED else ""
    return f'<div role="status"><span class="state {readiness}">{escaped(label)}</span>{detail}</div>'


def examples(texts: Texts, documents: Sequence[DocumentInfo]) -> tuple[str, ...]:
    """Up to three questions that any folder can be asked; where it holds several documents, each names one."""
    titles = [_shortened(document.title, _MAX_TITLE) for document in documents]
    if not titles:
        return ()
    if len(titles) == 1:
        return texts.example_one
    return tuple(template.format(title=title) for template, title in zip(texts.example_many, titles, strict=False))


def welcome(texts: Texts, questions: Sequence[str]) -> str:
    """What an empty conversation shows: example questions as buttons."""
    if not questions:
        return ""
    buttons = "".join(f'<li><button type="button" class="example">{escaped(each)}</button></li>' for each in questions)
    return f'<section class="welcome"><h2>{escaped(texts.examples)}</h2><ul>{buttons}</ul></section>'


def hint(texts: Texts) -> str:
    """How the keyboard works in the question box."""
    return f"<p>{escaped(texts.hint)}</p>"


def past(conversation: Conversation, documents: Documents, texts: Texts) -> str:
    """All exchanges but the last one."""
    return "".join(
        _exchange(each, number, documents, texts, last=False) for number, each in enumerate(conversation[:-1], start=1)
    )


def current(conversation: Conversation, documents: Documents, texts: Texts, *, loading: bool = False) -> str:
    """The last exchange, as a live region that is read out when it is complete."""
    exchange = conversation[-1]
    busy = "true" if running(exchange) else "false"
    inner = _exchange(exchange, len(conversation), documents, texts, last=True, loading=loading)
    return f'<div aria-live="polite" aria-busy="{busy}">{inner}</div>'


def copyable(answer: Answer, documents: Documents, texts: Texts) -> str:
    """The answer as plain text, followed by its sources."""
    lines = [
        f"[{each.marker}] {each.title} ({', '.join(_origin(each, documents.get(each.source), texts))}): "
        f"“{' '.join(each.quote.split())}”"
        for each in answer.citations
    ]
    return "\n".join([answer.text, *([""] if lines else []), *lines])


def _exchange(
    exchange: Exchange, number: int, documents: Documents, texts: Texts, *, last: bool, loading: bool = False
) -> str:
    question = (
        f'<div class="question"><span class="spoken">{escaped(texts.you)}: </span>'
        f'<div dir="auto">{escaped(exchange.question)}</div></div>'
    )
    again = f'<button type="button" class="retry">{escaped(texts.retry)}</button>' if last else ""
    if exchange.answer is not None:
        reply = _answer(exchange.answer, number, documents, texts, again)
    elif exchange.stage is Stage.FAILED:
        reply = _failure(exchange, texts, again)
    else:
        reply = _draft(exchange, texts, again, loading=loading)
    return f'<article class="exchange">{question}<span class="spoken">{escaped(texts.reply)}: </span>{reply}</article>'


def _draft(exchange: Exchange, texts: Texts, again: str, *, loading: bool) -> str:
    text = f'<div class="text" dir="auto">{escaped(exchange.draft)}</div>' if exchange.draft else ""
    if exchange.stage is Stage.STOPPED:
        note = f'<p class="note">{escaped(texts.stopped)}</p>'
        return f'<div class="reply stopped">{text}{note}<div class="actions">{again}</div></div>'
    quote = (
        f'<figure class="quoted"><figcaption>{escaped(texts.quoted)}</figcaption>'
        f'<blockquote dir="auto">{escaped(exchange.quote.strip())}</blockquote></figure>'
        if exchange.quote.strip()
        else ""
    )
    if exchange.stage is Stage.WRITING:
        return f'<div class="reply writing">{quote}{text}</div>'
    kind = "activity queue" if exchange.waiting else "activity"
    activity = f'<p class="{kind}">{escaped(_activity(exchange, texts, loading=loading))}</p>'
    return f'<div class="reply searching">{quote}{activity}</div>'


def _activity(exchange: Exchange, texts: Texts, *, loading: bool) -> str:
    if exchange.waiting:
        return texts.queue_one if exchange.waiting == 1 else texts.queue_many.format(count=exchange.waiting)
    if exchange.quote:
        return texts.wording
    if exchange.passages is not None:
        return texts.reading_one if exchange.passages == 1 else texts.reading_many.format(count=exchange.passages)
    return texts.waiting if loading else texts.searching


def _failure(exchange: Exchange, texts: Texts, again: str) -> str:
    refused = exchange.problem is not None and exchange.problem.refusal
    kind, actions = ("failure refused", "") if refused else ("failure", f'<div class="actions">{again}</div>')
    return (
        f'<div class="reply {kind}" role="alert"><p class="label">{escaped(texts.failed)}</p>'
        f"{_explained(exchange.problem, texts)}{actions}</div>"
    )


def _explained(problem: Problem | None, texts: Texts) -> str:
    """In the reader's language where the page has words for it, otherwise in English, marked as such."""
    if problem is None:
        return f"<p>{escaped(texts.unexpected)}</p>"
    told = words.problem(texts, problem.kind, problem.fix)
    start = "<p>" if told else '<p lang="en" dir="auto">'
    return f"{start}{_COMMAND.sub(_UNBROKEN, escaped(told or str(problem)))}</p>"


def _answer(answer: Answer, number: int, documents: Documents, texts: Texts, again: str) -> str:
    kind, label = "answer", ""
    if answer.abstained:
        otherwise = texts.no_claim[DeclineReason.NOT_COVERED]
        told = texts.no_claim.get(answer.decline_reason, otherwise) if answer.decline_reason else otherwise
        kind, label = "decline", f'<p class="label">{escaped(told)}</p>'
    cards = "".join(
        _card(each, number, documents.get(each.source), texts, opened=answer.abstained and not position)
        for position, each in enumerate(answer.citations)
    )
    sources = f'<section class="sources"><h2>{escaped(texts.sources)}</h2>{cards}</section>' if cards else ""
    seconds = texts.seconds.format(seconds=words.number(texts, answer.timings.total_s))
    copy = (
        f'<button type="button" class="copy" data-copied="{escaped(texts.copied)}" '
        f'data-failed="{escaped(texts.not_copied)}" '
        f'data-copy="{escaped(copyable(answer, documents, texts))}">{escaped(texts.copy)}</button>'
    )
    return (
        f'<div class="reply {kind}">{label}'
        f'<div class="text" dir="auto" lang="{escaped(answer.language)}">{_marked_text(answer, number, texts)}</div>'
        f"{sources}{_why(answer, texts)}"
        f'<div class="actions">{copy}{again}<span class="time">{escaped(seconds)}</span></div></div>'
    )


def _why(answer: Answer, texts: Texts) -> str:
    """How the answer came about, folded; nothing where it does not tell."""
    if answer.explanation is None:
        return ""
    tree = _listed(outline(answer))
    return f'<details class="why"><summary>{escaped(texts.why)}</summary><ul lang="en" dir="auto">{tree}</ul></details>'


def _listed(branch: Branch) -> str:
    inner = "".join(map(_listed, branch.branches))
    return f"<li>{escaped(branch.text)}{f'<ul>{inner}</ul>' if inner else ''}</li>"


def _marked_text(answer: Answer, number: int, texts: Texts) -> str:
    cited = {citation.marker for citation in answer.citations}
    parts: list[str] = []
    end = 0
    for match in _MARKER.finditer(answer.text):
        marker = int(match[1])
        if marker not in cited:
            continue
        label = escaped(texts.show_source.format(marker=marker))
        parts += [
            escaped(answer.text[end : match.start()]),
            f'<a class="marker" href="#{_card_id(number, marker)}" aria-label="{label}">{marker}</a>',
        ]
        end = match.end()
    return "".join([*parts, escaped(answer.text[end:])])


def _card(citation: Citation, number: int, document: DocumentText | None, texts: Texts, *, opened: bool) -> str:
    """A source to unfold; the first that is shown in place of a claim is unfolded already."""
    origin = " · ".join(_origin(citation, document, texts))
    language = document.language if document else None
    lang = f' lang="{escaped(language)}"' if language else ""
    return (
        f'<details class="source" id="{_card_id(number, citation.marker)}"{" open" if opened else ""}><summary>'
        f'<span class="number">{citation.marker}</span><span class="about">'
        f'<span class="title" dir="auto"{lang}>{escaped(citation.title)}</span>'
        f'<span class="origin">{escaped(origin)}</span>'
        f'<span class="excerpt" dir="auto"{lang}>{escaped(citation.quote)}</span></span></summary>'
        f'<blockquote dir="auto"{lang}>{_quote_in_context(citation, document)}</blockquote></details>'
    )


def _quote_in_context(citation: Citation, document: DocumentText | None) -> str:
    quote = f"<mark>{escaped(citation.quote)}</mark>"
    if document is None or document.text[citation.start : citation.end] != citation.quote:
        return quote  # the document has changed since: what stands around the quote now proves nothing
    before = _PARAGRAPH_BORDER.split(document.text[: citation.start])[-1].lstrip()
    after = _PARAGRAPH_BORDER.split(document.text[citation.end :], maxsplit=1)[0].rstrip()
    if len(before) > _MAX_CONTEXT:
        before = "… " + before[-_MAX_CONTEXT:].partition(" ")[2]
    if len(after) > _MAX_CONTEXT:
        after = after[:_MAX_CONTEXT].rpartition(" ")[0] + " …"
    return f"{escaped(before)}{quote}{escaped(after)}"


def _origin(citation: Citation, document: DocumentText | None, texts: Texts) -> list[str]:
    origin = [citation.source]
    if document is not None and document.date:
        origin.append(words.date(texts, document.date))
    if citation.page is not None:
        origin.append(texts.page.format(page=citation.page))
    return origin


def _card_id(number: int, marker: int) -> str:
    return f"source-{number}-{marker}"


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rpartition(" ")[0] + "…"
