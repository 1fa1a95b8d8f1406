"""What is there and what is missing on this machine, each with what mends it. Nothing is changed or downloaded."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import httpx
from packaging.requirements import Requirement

from assistant.errors import AssistantError
from assistant.models.choice import ModelKind, model_kind
from assistant.models.status import status
from assistant.settings import Settings
from assistant.syncing import remedy_for
from index.check import check
from index.embedding import expanded
from index.errors import BinaryFileError, EncodingError, UnreadableFileError
from index.manifest import read_manifest, remedy_of
from index.reading import changes, read_folder
from index.remedy import EMBEDDED

PACKAGE = "document-assistant"
_TIMEOUT_S = 3.0


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
    if settings.chat_base_url and model_kind(settings.chat_model) is ModelKind.HOSTED:
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
    if Path(expanded(name)).is_dir():
        return Finding(subject, State.OK, f"a folder, {name}")
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    repo = name if "/" in name else f"sentence-transformers/{name}"
    try:
        downloaded = isinstance(try_to_load_from_cache(repo, "config.json"), str)
    except HFValidationError:
        fix = "Correct ASSISTANT_EMBEDDING_MODEL: `embedded`, a folder or a model name."
        return Finding(subject, State.MISSING, f"{name} is neither a folder nor the name of a model", fix)
    if downloaded:
        return Finding(subject, State.OK, f"{name}, downloaded")
    fix = f"It is downloaded when it is first used: run {remedy_for(settings).command()}."
    return Finding(subject, State.WARN, f"{name} is not on this machine", fix)


def _index(subject: str, settings: Settings) -> Finding:
    read_manifest(settings.index_dir, remedy_for(settings))  # first, because the check knows of no folder
    manifest = check(settings.index_dir, settings.embedding_model, settings.chroma_url)
    remedy = remedy_of(manifest, settings.index_dir)
    corpus = Path(manifest.corpus)
    if corpus != Path(os.path.realpath(settings.corpus)):
        command = replace(remedy, corpus=settings.corpus).command()
        fix = f"Set ASSISTANT_CORPUS to the folder that is meant; {command} would replace the index."
        return Finding(subject, State.WARN, f"of another folder, {corpus}, not of {settings.corpus}", fix)
    try:
        folder = read_folder(corpus, settings.index_dir)
    except (UnreadableFileError, BinaryFileError, EncodingError) as error:
        return Finding(subject, State.WARN, f"of {corpus}, which cannot be indexed now: {error.message}", error.fix)
    found = changes(folder, manifest.documents)
    if stale := len(found.added + found.changed + found.removed):
        return Finding(subject, State.WARN, f"of {corpus}; files that differ by now: {stale}", remedy.update)
    size = f"documents: {len(manifest.documents)}, passages: {len(manifest.chunks)}"
    return Finding(subject, State.OK, f"up to date with {corpus} ({size})")


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
