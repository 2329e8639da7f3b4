"""Keys as a keyboard sends them."""

_TOOLS = "(each for each in window.tools.actions() if each.isCheckable())"
LIT = f"[each.text() for each in {_TOOLS} if each.isChecked()]"
LIT_BUTTONS = f"{LIT}, [each.text() for each in {_TOOLS} if window.tools.widgetForAction(each).isChecked()]"


def test_the_question_mark_shows_the_keys(window):
    window.key("shift+question")
    window.until("window.windows._open_dialogs and window.windows._open_dialogs['shortcuts'].isVisible()")


def test_one_tool_is_lit_whatever_chose_it(window):
    for keys in (
        ("w",),
        ("Escape", "Escape"),
        ("b",),
        ("Escape",),
        ("h",),
        ("e",),
        ("Escape", "Escape"),
        ("w",),
    ):
        window.key(*keys)
        lit, buttons = window.see(LIT_BUTTONS)
        assert lit == buttons
        assert len(lit) == 1, lit


def test_view_follows_what_is_shown(window):
    ticked = "window.commands['view.overlay'].isChecked()"
    assert window.see(ticked)
    for shown in (False, True):
        window.key("backslash")
        window.until(f"{ticked} is {shown} and (window.canvas.overlay != 'off') is {shown}")
    window.key("shift+backslash", "shift+backslash")
    window.until(f"window.canvas.overlay == 'off' and not {ticked}")


def test_tab_moves_in_panels_and_hides_them_from_the_picture(window):
    window.click_at(80, 60, button=2)
    window.key("Tab")
    window.until("not window.panels.run.isVisible()")
    window.key("Tab")
    window.until("window.panels.run.isVisible() or window.panels.regions.isVisible()")
    window.key("ctrl+Tab")
    window.until("app.focusWidget() is not window.canvas")
    seen = []
    for _ in range(4):
        seen.append(window.see("app.focusWidget().accessibleName()"))
        window.key("Tab")
    assert len(set(seen)) == len(seen)
    assert window.see("window.panels.regions.isVisible() or window.panels.run.isVisible()")
    window.key("ctrl+Tab")
    window.until("app.focusWidget() is window.canvas")
