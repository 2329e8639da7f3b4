"""What was made is not lost without a word: real window, real keys."""


def upscaled(window):
    """Press Upscale by key, and wait for the whole result."""
    window.key("ctrl+Return")
    window.until("window.showing.result() is not None")
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
