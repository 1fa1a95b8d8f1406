"""The record that tells where a server is, and who may believe it."""

import os
import stat
from contextlib import ExitStack
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.sharing.client import ask_server
from assistant.sharing.record import FILE, read_record, remove_record
from assistant.sharing.server import shared

from ..answering_fakes import SHARED_MODEL, WHO, Loaders, keywords, record_of

pytestmark = pytest.mark.usefixtures("socket_enabled")


def test_the_record_is_the_user_s_alone_and_goes_with_the_server(folder: Path, loaders: Loaders) -> None:
    del loaders
    with Assistant.open(**keywords(folder, chat_model=SHARED_MODEL)) as opened:
        with shared(opened):
            assert stat.S_IMODE((folder / "index" / FILE).stat().st_mode) == 0o600
        assert not list((folder / "index").glob(f"{FILE}*"))


def test_a_record_that_others_may_read_is_ignored(served: Assistant) -> None:
    (served.settings.index_dir / FILE).chmod(0o644)
    assert list(ask_server(served.settings, WHO)) == []
    (served.settings.index_dir / FILE).chmod(0o600)
    assert list(ask_server(served.settings, WHO))


def test_a_record_of_another_user_is_ignored(served: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: (served.settings.index_dir / FILE).stat().st_uid + 1)
    assert list(ask_server(served.settings, WHO)) == []


def test_where_files_have_no_owners_nothing_is_shared(served: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "geteuid", raising=False)
    assert list(ask_server(served.settings, WHO)) == []
    (served.settings.index_dir / FILE).unlink()
    with shared(served):
        assert not (served.settings.index_dir / FILE).exists()


@pytest.mark.parametrize("content", ["", "[]", '{"port": 1}'])
def test_a_garbled_record_is_none(served: Assistant, content: str) -> None:
    (served.settings.index_dir / FILE).write_text(content)
    assert list(ask_server(served.settings, WHO)) == []


def test_the_later_of_two_servers_keeps_its_record(served: Assistant) -> None:
    with ExitStack() as first:
        first.enter_context(shared(served))
        with shared(served):
            later = record_of(served)
            first.close()
            assert record_of(served) == later


def test_a_folder_that_cannot_be_written_is_served_all_the_same(
    served: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise PermissionError

    remove_record(served.settings.index_dir, record_of(served))
    monkeypatch.setattr("tempfile.mkstemp", read_only)
    with shared(served):
        assert read_record(served.settings.index_dir) is None
