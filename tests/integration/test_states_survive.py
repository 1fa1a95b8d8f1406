"""The power fails while states are kept: what is found is whole, and within the budget."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.models import states
from assistant.models.states import StateFolder

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from states import StateFolder  # alone: of all that stands above it nothing is needed
folder, number = Path(sys.argv[1]), int(sys.argv[2])
states = StateFolder(folder, 12 << 20, "model")
print("ready", flush=True)
while True:
    prefix = f"prefix {number % 7}"
    content = prefix.encode() * 200_000
    if states.find(prefix) is None:
        begun = states.begin()
        (folder / begun).write_bytes(content)
        states.keep(prefix, begun, tokens=len(content), size=len(content))
    number += 1
"""


def test_killed_50_times_while_states_are_kept(tmp_path: Path) -> None:
    rng = random.Random(5)
    for number in range(50):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(number), str(Path(states.__file__).parent)],
            stdout=subprocess.PIPE,
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            with pytest.raises(subprocess.TimeoutExpired):
                writer.wait(rng.uniform(0, 0.05))
            writer.kill()
    kept = StateFolder(tmp_path, 12 << 20, "model")
    found = {prefix: kept.find(prefix) for prefix in (f"prefix {number}" for number in range(7))}
    assert any(found.values())
    for prefix, state in found.items():
        if state is not None:
            assert (tmp_path / state.name).read_bytes() == prefix.encode() * 200_000
    assert sum(path.stat().st_size for path in tmp_path.glob("*.state")) <= 12 << 20
