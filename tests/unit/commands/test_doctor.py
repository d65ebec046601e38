"""What the doctor shows of secrets."""

from __future__ import annotations

import pytest
from kgqa.commands.doctor import _masked


@pytest.mark.parametrize("secret", ["neo:plain", "neo:with@at", "neo:with/slash", "neo:p@ss/w@rd"])
def test_no_part_of_a_password_in_an_address_is_shown(secret: str) -> None:
    assert _masked(f"bolt://{secret}@db.example:7687 refused") == "bolt://…@db.example:7687 refused"
