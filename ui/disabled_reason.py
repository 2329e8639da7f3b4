"""A grey control always says why. `disable` gives the reason, `enable` takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    Control = QWidget | QAction


_KEPT = "_tip_while_enabled"
_REASON = "_reason"


def disable(control: Control, reason: str) -> None:
    """Grey the control out; its tooltip is the reason until `enable`."""
    if control.property(_KEPT) is None:
        control.setProperty(_KEPT, control.toolTip())
    control.setProperty(_REASON, reason)
    control.setToolTip(reason)
    control.setEnabled(False)


def enable(control: Control) -> None:
    """Make the control usable again and give it back its tooltip."""
    kept = control.property(_KEPT)
    if kept is not None:
        control.setToolTip(kept)
        control.setProperty(_KEPT, None)
    control.setProperty(_REASON, None)
    control.setEnabled(True)


def describe(control: Control, tip: str) -> None:
    """Its tooltip while it can be used; a grey control goes on saying why it is grey."""
    if control.property(_KEPT) is None:
        control.setToolTip(tip)
    else:
        control.setProperty(_KEPT, tip)


def allow(control: Control, reason: str) -> None:
    """Enable where the reason is empty, else disable with it."""
    if reason:
        disable(control, reason)
    else:
        enable(control)


def reason_of(control: Control) -> str:
    """Why the control is grey; empty where it was not disabled with a reason."""
    return control.property(_REASON) or ""
