"""Every error that this program raises on purpose.

    SemanticUpscaleError          exit code 70 if nothing narrower fits
    ├── UsageError           2    a request that no program could carry out: priority +7, scale 0
    ├── InputError           3    a picture, mask or project that is missing, damaged or unsupported
    ├── OutputError          4    the target cannot be written: permission, disk full, format limit, exists
    ├── CheckpointError      5    a weights file that is missing, damaged or of another architecture
    ├── DeviceError          6    a device that is unknown or not usable here
    ├── OutOfMemoryError     7    the smallest tile on the last device still did not fit
    ├── ProtocolError        8    engine and client do not understand each other
    ├── SelfTestError        9    the program's own check of itself failed
    └── Cancelled          130    the user stopped the job

The message says what happened and what was tried; `advice` says what to do next.
"""


class SemanticUpscaleError(Exception):
    """Root of the tree. `str(error)` is one sentence for the user; `advice` a second one, or empty."""

    exit_code = 70

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class UsageError(SemanticUpscaleError):
    """The request itself is wrong, whatever the picture."""

    exit_code = 2


class InputError(SemanticUpscaleError):
    """A picture, mask or project cannot be read."""

    exit_code = 3


class OutputError(SemanticUpscaleError):
    """The target cannot be written."""

    exit_code = 4


class CheckpointError(SemanticUpscaleError):
    """A weights file is missing, damaged, or not what it was taken for."""

    exit_code = 5


class DeviceError(SemanticUpscaleError):
    """The device named does not exist or does not work here."""

    exit_code = 6


class OutOfMemoryError(SemanticUpscaleError):
    """Even the smallest tile on the last device did not fit."""

    exit_code = 7


class ProtocolError(SemanticUpscaleError):
    """Engine and client speak different versions."""

    exit_code = 8


class SelfTestError(SemanticUpscaleError):
    """The program's check of itself failed."""

    exit_code = 9


class Cancelled(SemanticUpscaleError):  # noqa: N818  (the user's wish, not a fault)
    """The user stopped the job between two tiles."""

    exit_code = 130
