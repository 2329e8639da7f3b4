"""Folders are deleted only where they are proven ours."""

from __future__ import annotations

import json
import os

import pytest

from core import engine_location
from core.errors import OutputError
from core.files import MARK, make_own_folder, remove_tree, write_whole
from core.service.job import read_left

posix = pytest.mark.skipif(os.name != "posix", reason="links and owners of POSIX")


@pytest.fixture
def work(tmp_path):
    """A user's folder, with work in it."""
    (tmp_path / "work" / "src").mkdir(parents=True)
    (tmp_path / "work" / "src" / "work.c").write_text("mine")
    return tmp_path / "work"


def test_a_folder_of_our_own_is_deleted_and_any_below_it(tmp_path):
    own = tmp_path / "a" / "own"
    make_own_folder(own)
    (own / "jobs" / "1").mkdir(parents=True)
    assert remove_tree(own / "jobs")
    assert own.exists()
    assert remove_tree(own)
    assert not own.exists()
    assert (tmp_path / "a").exists()
    assert not remove_tree(own)


def test_a_folder_without_our_mark_stays(work):
    assert not remove_tree(work)
    assert not remove_tree(work / "src")
    assert (work / "src" / "work.c").read_text() == "mine"


def test_a_folder_that_holds_what_is_not_ours_does_not_become_ours(work):
    with pytest.raises(OutputError, match="not this program's"):
        make_own_folder(work)
    assert not (work / MARK).exists()


def test_no_way_leads_out_of_our_folder(tmp_path, work):
    own = tmp_path / "own"
    make_own_folder(own)
    assert not remove_tree(own / ".." / "work")
    assert not remove_tree(own / "jobs" / ".." / ".." / "work")
    assert work.exists()


@posix
def test_a_link_is_never_followed(tmp_path, work):
    own = tmp_path / "own"
    make_own_folder(own)
    (own / "link").symlink_to(work)
    (tmp_path / "to-own").symlink_to(own)
    assert not remove_tree(own / "link")
    assert not remove_tree(own / "link" / "src")
    assert not remove_tree(tmp_path / "to-own")
    assert remove_tree(own)
    assert (work / "src" / "work.c").read_text() == "mine"


@posix
def test_a_mark_that_is_a_link_marks_nothing(tmp_path, work):
    own = tmp_path / "own"
    make_own_folder(own)
    (work / MARK).symlink_to(own / MARK)
    assert not remove_tree(work)


def test_a_users_folder_named_engine_in_the_cache_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEMANTIC_UPSCALE_CACHE", str(tmp_path / "cache"))
    theirs = tmp_path / "cache" / "engine" / "src" / "work.c"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("mine")
    engine_location.take_lock().leave()
    assert theirs.read_text() == "mine"


def test_two_homes_with_one_cache_keep_their_work_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "one"))
    one = engine_location.take_lock()
    work = engine_location.scratch() / "work"
    work.touch()
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "two"))
    engine_location.take_lock().leave()
    assert work.exists()
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "one"))
    one.leave()
    assert not work.exists()


ROW = {"id": "0" * 16, "kind": "upscale", "client": "a/1", "done": 1, "total": 2, "made": False}


@pytest.mark.parametrize(
    "changes",
    [{"id": "../../x"}, {"id": 5}, {"id": "/etc"}, {"kind": "nonsense"}, {"client": []}, {"done": "many"}],
)
def test_a_job_that_no_engine_wrote_down_is_not_known(tmp_path, changes):
    path = tmp_path / "jobs.json"
    path.write_text(json.dumps([{**ROW, **changes}, ROW]))
    assert [job.id for job in read_left(path)] == ["0" * 16]


def test_a_hundred_thousand_brackets_are_no_jobs(tmp_path):
    path = tmp_path / "jobs.json"
    path.write_text("[" * 100_000)
    assert read_left(path) == []


def test_what_a_killed_process_left_beside_a_file_goes_with_the_next_save(tmp_path):
    old, young = (tmp_path / f".a.txt.{name}.part" for name in ("0123abcd", "89abcdef"))
    for left in (old, young):
        left.write_text("half")
    os.utime(old, (1, 1))
    write_whole(tmp_path / "a.txt", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [young.name, "a.txt"]


def test_a_file_becomes_its_backup_and_is_never_missing(tmp_path):
    path, backup = tmp_path / "deep" / "a.txt", tmp_path / "deep" / "a.txt.bak"
    for text in ("one", "two"):
        write_whole(path, text, backup=backup)
    assert (path.read_text(), backup.read_text()) == ("two", "one")


def test_a_folder_that_is_a_file_is_an_output_error(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(OutputError):
        write_whole(tmp_path / "a" / "b.txt", "x")
