"""Tests that want a program which is not there are skipped, but never in CI."""

import pytest


def test_a_program_that_is_there_is_found(program):
    assert program("git").endswith("/git")


def test_without_it_a_test_is_skipped(program, monkeypatch):
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="no-such-program"):
        program("no-such-program")


def test_without_it_a_test_fails_in_ci(program, monkeypatch):
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="no-such-program"):
        program("no-such-program")
