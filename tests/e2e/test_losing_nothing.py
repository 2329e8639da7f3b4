"""What was made is not lost without a word: real window, real keys."""

from e2e.desktop import ASKED, QUESTION


def upscaled(window):
    """Press Upscale by key, and wait for the whole result."""
    window.key("ctrl+Return")
    window.until("window.showing.result() is not None and window.commands['file.save_result'].isEnabled()")
    return window


def test_a_drag_with_find_objects_finds_what_is_in_the_box(window):
    window.key("w")
    window.drag((20, 20), (90, 80))
    window.until("bool(window.canvas.tool.prompt.found)")
    assert window.see("window.canvas.tool.waiting_since_s") is None


def test_closing_a_window_without_anything_to_lose_ends_the_program(window):
    window.key("ctrl+q")
    assert window.ended() == 0


def test_the_first_picture_after_a_start_is_told_how_much_clean_up_it_needs(window):
    window.until("window.panels.run.clean.shown.text() == '25 %'")
    window.key("ctrl+w")
    window.until("window.document.scene is None")
    window.do("window.open(Path(window.parts.remembered.recent()[0]))")
    window.until("window.document.scene is not None")
    window.until("window.panels.run.clean.shown.text() == '25 %'")


def test_what_goes_on_in_the_background_ends_the_program_when_it_is_done(window, photo_file):
    window.do("engine.gate.clear()")
    window.key("ctrl+Return")
    window.until("window.link.runs.running is not None")
    window.key("ctrl+q")
    window.answer("Continue in the background")
    window.until("not window.isVisible()")
    window.do("engine.gate.set()")
    assert window.ended() == 0
    assert photo_file.with_name("photo_x4.png").is_file()


def test_an_unsaved_result_is_asked_about_before_it_goes(window, photo_file):
    upscaled(window)
    window.key("ctrl+w")
    window.answer("Go back")
    assert window.see("window.showing.result() is not None")
    window.key("ctrl+w")
    window.answer("Save")
    window.until("window.document.scene is None")
    assert photo_file.with_name("photo_x4.png").is_file()


def test_pasting_opening_and_quitting_ask_too_and_remember_the_answer(window, photo_file, tmp_path):
    other = tmp_path / "other.png"
    other.write_bytes(photo_file.read_bytes())
    upscaled(window)
    window.do(f"app.clipboard().setImage(__import__('PySide6.QtGui').QtGui.QImage({str(other)!r}))")
    window.key("ctrl+v")
    window.answer("Go back")
    window.do(f"window.open(Path({str(other)!r}))")
    window.answer("Go back")
    window.key("ctrl+q")
    window.answer("Do not save")
    assert window.ended() == 0
    assert not photo_file.with_name("photo_x4.png").exists()


def test_a_result_given_up_for_another_picture_is_not_asked_about_again(window, photo_file):
    upscaled(window)
    window.key("ctrl+w")
    window.answer("Do not save")
    window.until("window.document.scene is None")
    window.key("ctrl+q")
    assert window.ended() == 0


def test_project_and_result_are_one_question(window):
    window.key("r")
    window.drag((20, 20), (90, 80))
    window.until("len(window.document.scene.regions) == 1")
    upscaled(window)
    window.key("ctrl+w")
    window.until(ASKED)
    told = window.see(f"[each.text() for each in {QUESTION}.buttons]")
    assert told == ["Save both", "Save the picture only", "Do not save", "Go back"]
    window.answer("Do not save")
    window.until("window.document.scene is None")


def test_one_key_saves_the_result_and_then_nothing_is_asked(window, photo_file):
    upscaled(window)
    window.key("s")
    window.until("window.link.runs.ended()[-1].saved")
    assert photo_file.with_name("photo_x4.png").is_file()
    assert "photo_x4.png" in window.see("window.commands['file.save_result'].toolTip()")
    window.key("ctrl+q")
    assert window.ended() == 0


def test_a_key_pressed_and_taken_back_asks_nothing(window):
    window.key("r")
    window.drag((20, 20), (90, 80))
    window.until("len(window.document.scene.regions) == 1")
    window.key("5", "ctrl+z", "ctrl+z")
    window.until("not window.document.dirty")
    window.key("ctrl+q")
    assert window.ended() == 0


def test_a_result_that_cannot_be_saved_does_not_close_the_window(window, photo_file):
    window.do("from core.errors import OutputError")
    upscaled(window)
    window.do("engine.die()")
    window.key("ctrl+q")
    window.until("window.isVisible()")


def test_the_engine_may_die_at_every_step(window, photo_file):
    window.do("engine.gate.clear()")
    window.key("ctrl+Return")
    window.until("window.link.runs.running is not None")
    window.do("engine.die()")
    window.until("window.errors.isVisible() or window.link.state[0] == 'ready'")
    window.until("window.link.state[0] == 'ready'")
    upscaled(window)
    window.do("engine.die()")
    window.key("s")
    window.until("window.errors.isVisible()")
    assert not photo_file.with_name("photo_x4.png").exists()
