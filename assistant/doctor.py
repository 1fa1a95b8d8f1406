"""What is there and what is missing on this machine, each with what mends it. Nothing is changed or downloaded."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import httpx
from packaging.requirements import Requirement

from assistant.errors import AssistantError
from assistant.models.status import status
from assistant.settings import Settings
from index.documents import list_files, read_bytes
from index.embedding import EMBEDDED
from index.manifest import Manifest, read_manifest

PACKAGE = "document-assistant"
_TIMEOUT_S = 3.0
_SYNC = "Run `assistant index`."
_REBUILD = "Run `assistant index --rebuild`."


class State(StrEnum):
    """How it stands with one thing."""

    OK = "ok"
    WARN = "warn"
    """Works, but not as it could."""
    MISSING = "missing"
    """Questions cannot be answered without it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    state: State
    found: str
    fix: str | None = None
    """What mends it; None where nothing is amiss."""


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at everything that an answer needs under these settings."""
    checks: dict[str, Callable[[str, Settings], Finding]] = {
        "python": _python,
        "packages": _packages,
        "chat model": _chat_model,
        "embedding model": _embedding_model,
        "index": _index,
    }
    if settings.chat_base_url:
        checks["chat server"] = _chat_server
    if settings.chroma_url:
        checks["chroma server"] = _chroma_server
    return tuple(_examined(subject, check, settings) for subject, check in checks.items())


def _examined(subject: str, check: Callable[[str, Settings], Finding], settings: Settings) -> Finding:
    try:
        return check(subject, settings)
    except AssistantError as error:
        return Finding(subject, State.MISSING, error.message, error.fix)


def _python(subject: str, _: Settings) -> Finding:
    return Finding(subject, State.OK, f"{sys.version.split()[0]}, {sys.executable}")


def _packages(subject: str, _: Settings) -> Finding:
    try:
        wanted = [Requirement(line) for line in requires(PACKAGE) or []]
    except PackageNotFoundError:
        return Finding(subject, State.WARN, f"{PACKAGE} runs without being installed", "Run `make chat`.")
    amiss = list(_amiss(wanted))
    if amiss:
        return Finding(subject, State.MISSING, "; ".join(amiss), "Run `make chat`, or install them with pip.")
    return Finding(subject, State.OK, f"all {len(wanted)} installed")


def _amiss(wanted: list[Requirement]) -> Iterator[str]:
    for requirement in wanted:
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            yield f"{requirement.name} is not installed"
        else:
            if not requirement.specifier.contains(found, prereleases=True):
                yield f"{requirement.name} is {found}, not {requirement.specifier}"


def _chat_model(subject: str, settings: Settings) -> Finding:
    model = status(settings)
    return Finding(subject, State.OK if model.ready else State.MISSING, model.detail, model.fix)


def _embedding_model(subject: str, settings: Settings) -> Finding:
    name = settings.embedding_model
    if name == EMBEDDED:
        return Finding(subject, State.OK, "the embedded one, part of the packages")
    if Path(name).expanduser().is_dir():
        return Finding(subject, State.OK, f"a folder, {name}")
    from huggingface_hub import try_to_load_from_cache

    repo = name if "/" in name else f"sentence-transformers/{name}"
    if isinstance(try_to_load_from_cache(repo, "config.json"), str):
        return Finding(subject, State.OK, f"{name}, downloaded")
    fix = "It is downloaded when it is first used: run `assistant index`."
    return Finding(subject, State.WARN, f"{name} is not on this machine", fix)


def _index(subject: str, settings: Settings) -> Finding:
    manifest = read_manifest(settings.index_dir)
    if manifest.embedding.name != settings.embedding_model:
        found = f"built with the embedding model {manifest.embedding.name}, not {settings.embedding_model}"
        return Finding(subject, State.MISSING, found, _REBUILD)
    if Path(manifest.corpus) != settings.corpus.resolve():
        return Finding(subject, State.WARN, f"of another folder, {manifest.corpus}", _SYNC)
    stale = len(_stale(manifest, settings.corpus))
    if stale:
        return Finding(subject, State.WARN, f"of {manifest.corpus}, where {stale} files differ by now", _SYNC)
    size = f"{len(manifest.chunks)} passages of {len(manifest.documents)} documents"
    return Finding(subject, State.OK, f"{size}, up to date with {manifest.corpus}")


def _stale(manifest: Manifest, corpus: Path) -> set[str]:
    """Files that were added, changed or removed since they were indexed; blank files are never indexed."""
    contents = {source: read_bytes(corpus, source) for source in list_files(corpus).documents}
    now = {source: hashlib.sha256(content).hexdigest() for source, content in contents.items() if content.strip()}
    indexed = {record.info.source: record.info.sha256 for record in manifest.documents}
    return {source for source, _ in now.items() ^ indexed.items()}


def _chat_server(subject: str, settings: Settings) -> Finding:
    return _reachable(subject, f"{settings.chat_base_url}", "/models", "Start it, or correct ASSISTANT_CHAT_BASE_URL.")


def _chroma_server(subject: str, settings: Settings) -> Finding:
    return _reachable(
        subject, f"{settings.chroma_url}", "/api/v2/heartbeat", "Start it, or unset ASSISTANT_CHROMA_URL."
    )


def _reachable(subject: str, url: str, path: str, fix: str) -> Finding:
    """Any answer will do: what the server says to a question is another matter."""
    address = url if "://" in url else f"http://{url}"
    try:
        httpx.get(address.rstrip("/") + path, timeout=_TIMEOUT_S)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Finding(subject, State.MISSING, f"{url} cannot be reached: {error}", fix)
    return Finding(subject, State.OK, f"{url} answers")
