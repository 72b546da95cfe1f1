"""Jobs in the test's own surroundings."""

from tests.jobs.conftest import surroundings

__all__ = ["surroundings"]
