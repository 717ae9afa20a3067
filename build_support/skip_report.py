"""A pytest plugin: nothing is skipped silently. The last line counts skips; a skip without leave fails the run.

Leave is given for one thing only: the sample files beside the checkout (`../shared/samples`), which a clone of the
repository alone does not have. Load it with `-p build_support.skip_report`; under xdist only the controller counts.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

MAY_BE_ABSENT = "shared/samples"


class SkipReport:
    """Gathers the reasons of all skips of one run."""

    def __init__(self) -> None:
        self.reasons: list[tuple[str, str]] = []

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Remember a skip; an expected failure (xfail) is none."""
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.reasons.append((report.nodeid, reason.removeprefix("Skipped: ")))

    pytest_runtest_logreport = note
    pytest_collectreport = note

    @property
    def unforgiven(self) -> list[tuple[str, str]]:
        """The skips that nothing allows."""
        return [(test, reason) for test, reason in self.reasons if MAY_BE_ABSENT not in reason]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        """Let pytest print its closing line, then the count; fail where a skip has no leave."""
        result = yield
        for test, reason in self.unforgiven:
            print(f"skipped without leave: {test}: {reason}")
        if self.unforgiven and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print(f"skips: {len(self.reasons)} ({len(self.unforgiven)} without leave)")
        return result


def pytest_configure(config: pytest.Config) -> None:
    """Count in the controlling process only."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipReport(), "skip-report")
