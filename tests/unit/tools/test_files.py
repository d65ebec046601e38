"""Files of the data folder that several threads and processes write."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kgqa.tools.files import write_private


def test_threads_may_write_one_private_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "launch.json"

    def write(number: int) -> None:
        for _ in range(100):
            write_private(path, json.dumps([number] * 50))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    assert len(set(json.loads(path.read_text()))) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["launch.json"]
