"""Writing so that a crash leaves the old file or the new one, and a full disk is named as such."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import NoSpaceError, UnwritableIndexError

DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
"""Errors of a disk, or of a user's share of it, without space."""
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Translate what the operating system says when `folder` cannot be written.

    Raises NoSpaceError or UnwritableIndexError; other errors pass.
    """
    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise no_space(folder) from error
        if error.errno in _FORBIDDEN or isinstance(error, NotADirectoryError | FileExistsError):
            raise UnwritableIndexError(
                f"The index folder {folder} cannot be written: {error.strerror}",
                fix="Correct its permissions, or choose another with --index-dir.",
            ) from error
        raise


def no_space(folder: Path) -> NoSpaceError:
    """The error for a full disk."""
    return NoSpaceError(
        f"No disk space is left for the index in {folder}; it answers as before",
        fix="Free some space, then try again.",
    )


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` as a whole: readers see the old content or the new, never a part."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)  # a full disk wants it back
        raise
