"""The GIMP plug-in, without GIMP: what its thread does with the engine."""

import threading
import time
from types import SimpleNamespace

import fake_gi
import pytest

from plugin.bridge import EngineGone, EngineMissing, Event, JobCancelled, JobFailed, PixelPlanes
from plugin.gimp import engine_calls
from plugin.gimp.settings import GimpRequest

PIXELS = PixelPlanes(2, 1, "RGB", "u8", bytes(6))
ORDER = engine_calls.GimpOrder(PIXELS, [], GimpRequest(), "photo.xcf")
DONE = Event("done", {"result": {"width": 8, "height": 4, "notes": ["a note"]}})


class Line:
    """Remembers what was said, reached and given."""

    def __init__(self):
        self.said, self.reached, self.given = [], [], []

    def say(self, text):
        self.said.append(text)

    def reach(self, fraction):
        self.reached.append(fraction)

    def give(self, *piece):
        self.given.append(piece)


class Engine:
    """A bridge whose job goes through these events, and whose target comes in these pieces."""

    def __init__(self, *events, pieces=(bytes(48), bytes(48)), answers=()):
        self.ran, self.pieces, self.answers, self.handed = events, pieces, list(answers), []
        self.forgotten = []

    def post_picture(self, _planes):
        return SimpleNamespace(id="picture")

    def upscale(self, _picture, _regions, _rest, options):
        self.options = options
        return self.job("job")

    def job(self, _name):
        return SimpleNamespace(
            events=lambda: iter(self.ran),
            rows=lambda _mode, _depth: iter(self.pieces),
            cancel=lambda: self.forgotten.append("job"),
        )

    def forget_picture(self, name):
        self.forgotten.append(name)

    def hand_off(self, *told):
        self.handed.append(told)
        return "handoff"

    def handoff(self, _name, wait_s=0):
        return {"answer": self.answers.pop(0)}


def window(code=None):
    """A window's process."""
    return SimpleNamespace(poll=lambda: code)


@pytest.fixture
def with_engine(monkeypatch):
    def put(engine):
        monkeypatch.setattr(engine_calls, "connect", lambda *_, **__: engine)
        return engine

    return put


def test_the_target_comes_in_whole_rows(with_engine):
    engine, line = with_engine(Engine(DONE)), Line()
    result = engine_calls.upscale(ORDER, line)
    assert result["notes"] == ["a note"]
    assert [piece[:3] for piece in line.given] == [("size", 8, 4), ("rows", 0, 2), ("rows", 2, 2)]
    assert engine.options["scale"] == 4.0
    assert engine.options["clean_up"] is None
    assert engine.forgotten == ["job", "picture"]


def test_progress_and_waiting_are_told(with_engine):
    events = (
        Event("state", {"state": "queued", "position": 2}),
        Event("progress", {"done": 3, "total": 12, "left_s": 7.6, "stage": "upscaling"}),
        Event("note", {"text": "Another note"}),
        DONE,
    )
    with_engine(Engine(*events))
    line = Line()
    assert engine_calls.upscale(ORDER, line)["notes"] == ["a note", "Another note"]
    assert "Waiting: 2 before this one" in line.said
    assert "Upscaling: 3 of 12, 8 s left" in line.said
    assert 0.25 in line.reached


def test_a_long_time_is_told_in_minutes():
    assert [engine_calls.time_words(seconds) for seconds in (7.6, 99, 339)] == ["8 s", "99 s", "6 min"]


def test_a_failed_job_keeps_the_engines_words(with_engine):
    error = {"code": "out-of-memory", "message": "Too big.", "advice": "Take less."}
    with_engine(Engine(Event("failed", {"error": error})))
    with pytest.raises(JobFailed, match="Too big") as caught:
        engine_calls.upscale(ORDER, Line())
    assert (caught.value.advice, caught.value.code) == ("Take less.", "out-of-memory")


def test_a_job_stopped_elsewhere_is_no_result(with_engine):
    with_engine(Engine(Event("cancelled", {})))
    with pytest.raises(JobCancelled):
        engine_calls.upscale(ORDER, Line())


def test_missing_rows_are_no_result(with_engine):
    with_engine(Engine(DONE, pieces=(bytes(48),)))
    with pytest.raises(engine_calls.CannotDo, match="2 of 4 rows"):
        engine_calls.upscale(ORDER, Line())


def test_the_window_gets_the_picture_and_gives_a_job_back(with_engine):
    engine = with_engine(Engine(DONE, answers=[None, {"job": "job"}]))
    opened, line = [], Line()
    assert engine_calls.hand_off(ORDER, lambda name: opened.append(name) or window(), line)["width"] == 8
    assert opened == ["handoff"]
    assert engine.handed[0][3:] == ("photo.xcf", "GIMP")
    assert line.given[0] == ("size", 8, 4)


def test_a_window_that_was_closed_gives_nothing(with_engine):
    with_engine(Engine(answers=[{"closed": True}]))
    assert engine_calls.hand_off(ORDER, lambda _: window(), Line()) is None


@pytest.mark.parametrize("code", [0, -9])
def test_a_window_that_has_gone_is_noticed(with_engine, code):
    with_engine(Engine(answers=[None]))
    if code == 0:
        assert engine_calls.hand_off(ORDER, lambda _: window(0), Line()) is None
        return
    with pytest.raises(EngineMissing, match="ended with a fault"):
        engine_calls.hand_off(ORDER, lambda _: window(code), Line())


def test_an_errand_runs_beside_the_main_loop_and_pieces_arrive_in_the_main_thread(monkeypatch):
    seen, module = fake_gi.install(monkeypatch)
    got = []

    def errand(line):
        line.say("at work")
        line.reach(0.5)
        line.give("rows", threading.current_thread().name)
        return "done"

    def receive(*piece):
        got.append((*piece, threading.current_thread() is threading.main_thread()))

    assert module("worker").run(errand, receive) == "done"
    assert got == [("rows", "errand", True)]
    assert (seen.said, seen.reached) == (["at work"], [0.5])


def test_what_goes_wrong_in_the_thread_or_in_the_main_loop_is_raised(monkeypatch):
    run = fake_gi.install(monkeypatch)[1]("worker").run

    def breaks(_line):
        raise EngineGone

    with pytest.raises(EngineGone):
        run(breaks)
    with pytest.raises(ZeroDivisionError):
        run(lambda line: line.give(0), lambda number: 1 / number)


def test_more_pieces_than_the_line_holds_make_the_thread_wait_not_fail(monkeypatch):
    run = fake_gi.install(monkeypatch)[1]("worker").run
    got = []

    def receive(number):
        time.sleep(0.001)
        got.append(number)

    run(lambda line: [line.give(number) for number in range(40)], receive)
    assert got == list(range(40))


def test_work_goes_on_in_the_main_thread_meanwhile_until_it_is_done(monkeypatch):
    run = fake_gi.install(monkeypatch)[1]("worker").run
    left, all_done = [3, 2, 1], threading.Event()

    def meanwhile():
        assert threading.current_thread() is threading.main_thread()
        left.pop()
        if not left:
            all_done.set()
        return bool(left)

    assert run(lambda _line: all_done.wait(60), meanwhile=meanwhile) is True
    assert left == []


def test_work_that_breaks_meanwhile_is_raised_once(monkeypatch):
    run = fake_gi.install(monkeypatch)[1]("worker").run
    tried = threading.Event()

    def meanwhile():
        assert not tried.is_set()
        tried.set()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(lambda _line: tried.wait(60), meanwhile=meanwhile)
