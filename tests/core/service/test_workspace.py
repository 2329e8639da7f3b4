"""What the worker's jobs share: one that takes long keeps nobody waiting who wants something else."""

import threading
from types import SimpleNamespace

import pytest

from core.geometry import Size
from core.service import workspace
from core.service.workspace import Pictures, Workspace


class Slow:
    """Decodes "slow" only once it is let, everything else at once; counts how often each was decoded."""

    def __init__(self):
        self.began, self.let, self.decoded = threading.Event(), threading.Event(), []

    def __call__(self, source, _scratch):
        self.decoded.append(source["id"])
        if source["id"] == "slow":
            self.began.set()
            assert self.let.wait(20)
        return SimpleNamespace(size=Size(4, 4), close=lambda: None)


@pytest.fixture
def slow(monkeypatch):
    made = Slow()
    monkeypatch.setattr(workspace, "_decoded", made)
    return made


def in_thread(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_picture_that_is_long_in_coming_holds_up_no_other(slow, tmp_path):
    pictures = Pictures(tmp_path)

    def take(name):
        with pictures.get({"id": name}):
            pass

    first = in_thread(lambda: take("slow"))
    assert slow.began.wait(20)
    again = in_thread(lambda: take("slow"))
    other = in_thread(lambda: take("quick"))
    other.join(20)
    assert not other.is_alive()
    assert first.is_alive()
    slow.let.set()
    for thread in (first, again):
        thread.join(20)
        assert not thread.is_alive()
    assert sorted(slow.decoded) == ["quick", "slow"], "each is decoded once"


def test_what_could_not_be_decoded_is_tried_anew(monkeypatch, tmp_path):
    def broken(*_):
        raise OSError("gone")

    pictures = Pictures(tmp_path)
    monkeypatch.setattr(workspace, "_decoded", broken)
    for _ in range(2):
        with pytest.raises(OSError, match="gone"), pictures.get({"id": "a"}):
            pass


def test_looking_at_one_picture_holds_up_no_click_in_another(tmp_path):
    began, let = threading.Event(), threading.Event()

    def encode(pixels):
        if pixels == "slow":
            began.set()
            assert let.wait(20)
        return f"seen {pixels}"

    desk, segmenter = Workspace(tmp_path), SimpleNamespace(id="s", encode=encode)

    def look(name):
        picture = SimpleNamespace(size=Size(1, 1), colour=SimpleNamespace(read=lambda _: name))
        return desk.embedding(name, picture, segmenter)

    first = in_thread(lambda: look("slow"))
    assert began.wait(20)
    assert look("quick") == "seen quick"
    let.set()
    first.join(20)
    assert look("slow") == "seen slow"
