"""Vectors in Chroma: the only chromadb import."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np

from index.embedding import Vectors
from index.errors import AssistantError, IndexDamagedError, VectorStoreError
from index.files import no_space
from index.remedy import Remedy

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

_BATCH = 2_000
_REMEMBERED = 20_000
"""Vectors that a reader keeps in memory: 30 MB of the embedded model's."""


class VectorStore:
    """Two collections of one generation of one index: its chunks, and their sentences."""

    def __init__(self, connect: Callable[[], "Client"], name: str, home: "_Home") -> None:
        self._connect = connect
        self._connected: Client | None = None
        self._home = home
        self._names = (f"{name}-chunks", f"{name}-sentences")
        self._open: dict[str, VectorSet] = {}

    @classmethod
    def local(cls, folder: Path, name: str, remedy: Remedy) -> "VectorStore":
        """In a folder, which is made where it is missing. Raises IndexDamagedError, NoSpaceError."""
        import chromadb
        from chromadb.config import Settings

        def connect() -> "Client":
            path = _OWN_PATHS.take(folder)
            try:
                client = chromadb.PersistentClient(path, settings=Settings(anonymized_telemetry=False))
            except BaseException:
                _OWN_PATHS.give_back(path)
                raise
            return cast("Client", client)

        return cls(connect, name, _Home(folder, remedy))._opened()

    @classmethod
    def remote(cls, url: str, name: str, remedy: Remedy) -> "VectorStore":
        """On a server. Raises VectorStoreError."""
        import chromadb
        from chromadb.config import Settings

        def connect() -> "Client":
            parts = urlsplit(url if "://" in url else f"http://{url}")
            secure = parts.scheme == "https"
            client = chromadb.HttpClient(
                host=parts.hostname or "localhost",
                port=parts.port or (443 if secure else 8000),
                ssl=secure,
                settings=Settings(anonymized_telemetry=False),
            )
            return cast("Client", client)

        return cls(connect, name, _Home(url, remedy))._opened()

    def _opened(self) -> "VectorStore":
        with _translated(self._home):
            _ = self._client
        return self

    @property
    def _client(self) -> "Client":
        """Connected when it is needed: also after `close`, for readers whose reload failed."""
        if self._connected is None:
            self._connected = self._connect()
        return self._connected

    def close(self) -> None:
        """Let go of files and connections; what is read later is read anew. May be called twice."""
        self._open.clear()
        if self._connected is None:
            return
        connected, self._connected = self._connected, None
        connected.close()
        _OWN_PATHS.give_back(connected.get_settings().persist_directory)
        clients: tuple[Any, ...] = (connected, connected._admin_client)
        for client in clients:
            if session := getattr(client._server, "_session", None):  # of a server, which Chroma leaves open
                session.close()

    def create(self, made_with: str) -> None:
        """Make the collections ready to be written; what another model left there goes."""
        with _translated(self._home):
            existing = {collection.name: collection for collection in self._client.list_collections()}
            for name in self._names:
                if name in existing and (existing[name].metadata or {}).get("made_with") != made_with:
                    self._client.delete_collection(name)
                collection = self._client.get_or_create_collection(
                    name,
                    metadata={"made_with": made_with},
                    configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}},
                    embedding_function=None,
                )
                self._open[name] = VectorSet(collection, self._home)

    def drop(self) -> None:
        """Delete the collections where they exist."""
        with _translated(self._home):
            existing = {collection.name for collection in self._client.list_collections()}
            for name in self._names:
                self._open.pop(name, None)
                if name in existing:
                    self._client.delete_collection(name)

    @property
    def chunks(self) -> "VectorSet":
        return self._set(self._names[0])

    @property
    def sentences(self) -> "VectorSet":
        return self._set(self._names[1])

    def _set(self, name: str) -> "VectorSet":
        if name not in self._open:
            with _translated(self._home):
                self._open[name] = VectorSet(self._client.get_collection(name, embedding_function=None), self._home)
        return self._open[name]


class _OwnPaths:
    """Spellings of folders, each in use once.

    Chroma shares what it holds in memory between all clients of a process that name the same path, and frees it with
    the last of them. A reader that has to see what another process wrote would have to take that memory away from all
    others, in the middle of their searches; so each has its own.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: set[str] = set()

    def take(self, folder: Path) -> str:
        """The folder as nobody else spells it now."""
        with self._lock:
            path = next(path for n in count() if (path := f"{folder}{'/.' * n}") not in self._taken)
            self._taken.add(path)
        return path

    def give_back(self, path: str) -> None:
        with self._lock:
            self._taken.discard(path)


_OWN_PATHS = _OwnPaths()


class VectorSet:
    """Vectors by id."""

    def __init__(self, collection: "Collection", home: "_Home") -> None:
        self._collection = collection
        self._home = home
        self._remembered: dict[str, Vectors] = {}  # reading them costs more than the nearest ones' search

    def ids(self) -> set[str]:
        """All ids, orphans included."""
        with _translated(self._home):
            return set(self._collection.get(include=[])["ids"])

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Ids that are there already keep their place and get the new vector."""
        self._remembered.clear()
        with _translated(self._home):
            for part in _batches(len(ids)):
                self._collection.upsert(ids=list(ids[part]), embeddings=vectors[part])

    def delete(self, ids: Sequence[str]) -> None:
        self._remembered.clear()
        with _translated(self._home):
            for part in _batches(len(ids)):
                self._collection.delete(ids=list(ids[part]))

    def count(self) -> int:
        """Of all vectors, orphans included."""
        with _translated(self._home):
            return int(self._collection.count())

    def nearest(self, vector: Vectors, n: int) -> list[str]:
        """Ids by falling cosine; vector of shape (dimension,)."""
        with _translated(self._home):
            found = self._collection.query(query_embeddings=vector[np.newaxis].tolist(), n_results=n, include=[])
            return list(found["ids"][0])

    def get(self, ids: Sequence[str]) -> Vectors:
        """Vectors in the order of `ids`. Raises IndexDamagedError where one is missing."""
        found = {id_: self._remembered[id_] for id_ in ids if id_ in self._remembered}
        unread = [id_ for id_ in ids if id_ not in found]
        with _translated(self._home):
            for part in _batches(len(unread)):
                answer = self._collection.get(ids=unread[part], include=["embeddings"])
                embeddings = answer["embeddings"]
                vectors = np.asarray(embeddings if embeddings is not None else (), dtype=np.float32)
                found.update(zip(answer["ids"], vectors, strict=True))
            if missing := [id_ for id_ in ids if id_ not in found]:
                raise IndexDamagedError(
                    f"The index lacks {len(missing)} vectors that it should hold", fix=self._home.remedy.update
                )
        if len(self._remembered) + len(unread) > _REMEMBERED:
            self._remembered.clear()
        self._remembered.update((id_, found[id_]) for id_ in unread[:_REMEMBERED])
        return np.array([found[id_] for id_ in ids], dtype=np.float32)


def _batches(n: int) -> Iterator[slice]:
    return (slice(start, start + _BATCH) for start in range(0, n, _BATCH))


@dataclass(frozen=True, slots=True)
class _Home:
    """Where vectors live, and what mends them."""

    where: Path | str
    """A folder of ours, or the address of a server."""
    remedy: Remedy


@contextmanager
def _translated(home: _Home) -> Iterator[None]:
    """Whatever Chroma raises, as one of our errors."""
    try:
        yield
    except AssistantError:
        raise
    except Exception as error:
        from chromadb.errors import NotFoundError

        where, remedy = home.where, home.remedy
        text = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, NotFoundError):
            raise IndexDamagedError(f"The vectors of the index are not in {where}", fix=remedy.update) from error
        if "disk is full" in text or "No space left" in text:
            raise no_space(Path(where)) from error
        if isinstance(where, Path):
            raise IndexDamagedError(
                f"The vectors in {where} cannot be read: {text[:200]}", fix=remedy.rebuild
            ) from error
        raise VectorStoreError(
            f"The Chroma server at {where} cannot be used: {text[:200]}", fix="Start it, or unset ASSISTANT_CHROMA_URL."
        ) from error
