"""Messages under kills, a short run; the long one is a trial."""

from __future__ import annotations

import pytest

from app.core.settings import Settings
from tests.trial.kills import drive_in_a_process


def test_nothing_is_lost_or_doubled_under_kills(settings: Settings) -> None:
    result = drive_in_a_process(settings, cases=8, seed=20261121)
    assert (result["lost"], result["doubled"], result["unresolved"]) == (0, 0, 0), str(result)
    assert result["worker kills"] > 0


@pytest.mark.trial
def test_nothing_is_lost_or_doubled_under_many_kills(settings: Settings) -> None:
    result = drive_in_a_process(settings, cases=150, seed=7)
    print(result)
    assert (result["lost"], result["doubled"], result["unresolved"]) == (0, 0, 0), str(result)
    assert result["producer kills"] + result["worker kills"] + result["relay kills"] >= 60
