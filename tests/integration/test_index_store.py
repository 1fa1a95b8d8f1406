"""Vectors on a Chroma server."""

import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.errors import IndexDamagedError, VectorStoreError
from index.remedy import Remedy
from index.search import Index
from index.store import VectorStore
from index.sync import sync

Embedder = Any  # conftest's toy


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    command = [Path(sys.executable).with_name("chroma"), "run", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--path", tmp_path_factory.mktemp("chroma")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout
        assert any(b"listening" in line for line in process.stdout)
        drain = threading.Thread(target=deque, args=(process.stdout, 0), daemon=True)
        drain.start()
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        drain.join()  # it ends with the process; the pipe must not be closed under it


def collections(server: str) -> list[str]:
    store = VectorStore.remote(server, "any", Remedy(Path("any")))
    names = sorted(collection.name for collection in store._client.list_collections())
    store.close()
    return names


def test_two_indexes_on_one_server(toy_corpus: Path, tmp_path: Path, toy_embedder: Embedder, server: str) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "owl.txt").write_text("The owl flies at night.", encoding="utf-8")
    one, two = tmp_path / "one", tmp_path / "two"
    sync(toy_corpus, one, toy_embedder, chroma_url=server)
    sync(other, two, toy_embedder, chroma_url=server)
    with Index.open(one, toy_embedder, chroma_url=server) as index:
        assert index.search("zebra stripes")[0].source == "zebra.txt"
        assert len(index.search("owl")) == 3
    with Index.open(two, toy_embedder, chroma_url=server) as index:
        assert [hit.source for hit in index.search("zebra")] == ["owl.txt"]
    assert not list(one.glob("vectors-*"))


def test_incremental_and_rebuilt(toy_corpus: Path, tmp_path: Path, toy_embedder: Embedder, server: str) -> None:
    index_dir = tmp_path / "index"
    sync(toy_corpus, index_dir, toy_embedder, chroma_url=server)
    before = collections(server)
    toy_embedder.embedded.clear()
    (toy_corpus / "zebra.txt").write_text("The zebra sleeps.", encoding="utf-8")
    sync(toy_corpus, index_dir, toy_embedder, chroma_url=server)
    assert set(toy_embedder.embedded) == {"The zebra sleeps."}
    with Index.open(index_dir, toy_embedder, chroma_url=server) as index:
        sync(toy_corpus, index_dir, toy_embedder, chroma_url=server, rebuild=True)
        assert index.search("zebra")[0].text == "The zebra sleeps."
    assert len(collections(server)) == len(before)


def test_what_an_interrupted_rebuild_left_goes(
    toy_corpus: Path, tmp_path: Path, toy_embedder: Embedder, server: str
) -> None:
    index_dir = tmp_path / "index"
    sync(toy_corpus, index_dir, toy_embedder, chroma_url=server)
    before = collections(server)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.sync._write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sync(toy_corpus, index_dir, toy_embedder, chroma_url=server, rebuild=True)
    assert len(collections(server)) == len(before) + 2
    sync(toy_corpus, index_dir, toy_embedder, chroma_url=server)
    assert collections(server) == before


def test_an_index_that_is_not_on_the_server_is_added(
    toy_corpus: Path, tmp_path: Path, toy_embedder: Embedder, server: str
) -> None:
    index_dir = tmp_path / "index"
    sync(toy_corpus, index_dir, toy_embedder)
    with pytest.raises(IndexDamagedError, match=f"`assistant index {toy_corpus} --index-dir {index_dir}"):
        Index.open(index_dir, toy_embedder, chroma_url=server)
    sync(toy_corpus, index_dir, toy_embedder, chroma_url=server)
    with Index.open(index_dir, toy_embedder, chroma_url=server) as index:
        assert index.search("zebra stripes")[0].source == "zebra.txt"


def test_nothing_listens(toy_corpus: Path, tmp_path: Path, toy_embedder: Embedder) -> None:
    with pytest.raises(VectorStoreError, match="ASSISTANT_CHROMA_URL"):
        sync(toy_corpus, tmp_path / "index", toy_embedder, chroma_url=f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("url", ["http://", "ftp://nowhere:99999", "http://[::1"])
def test_an_address_without_sense(toy_corpus: Path, tmp_path: Path, toy_embedder: Embedder, url: str) -> None:
    with pytest.raises(VectorStoreError):
        sync(toy_corpus, tmp_path / "index", toy_embedder, chroma_url=url)


def test_a_server_that_is_no_chroma(toy_corpus: Path, tmp_path: Path, toy_embedder: Embedder) -> None:
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as imposter:
        threading.Thread(target=imposter.serve_forever, daemon=True).start()
        with pytest.raises(VectorStoreError):
            sync(toy_corpus, tmp_path / "index", toy_embedder, chroma_url=f"http://127.0.0.1:{imposter.server_port}")
        imposter.shutdown()
