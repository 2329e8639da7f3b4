"""What can go wrong between a client and the engine.

BridgeError            str(error) is a sentence for the user, `advice` a second one, `code` a word for programs
├── EngineMissing      no engine runs and none can be started here
├── EngineGone         it went away in the middle of a call; `connect()` again starts another
│   └── EngineUnproven who answers at its address is not it
├── EngineMismatch     it speaks another version of the protocol
├── EngineRefused      it answered with an error
│   └── JobFailed      the job ended with one
└── JobCancelled       somebody stopped the job
"""


class BridgeError(Exception):
    """Root of the tree."""

    def __init__(self, message: str, advice: str = "", code: str = "") -> None:
        super().__init__(message)
        self.advice = advice
        self.code = code


class EngineMissing(BridgeError):  # noqa: N818
    """No engine; `log_tail` holds the last lines that one said, or nothing."""

    def __init__(self, message: str, advice: str = "", log_tail: str = "") -> None:
        super().__init__(message, advice, "engine-missing")
        self.log_tail = log_tail


class EngineGone(BridgeError):  # noqa: N818
    """The line broke: the engine was ended, or broke down."""

    def __init__(self, message: str = "The engine has gone away.", advice: str = "Try again.") -> None:
        super().__init__(message, advice, "engine-gone")


class EngineUnproven(EngineGone):
    """Another program has its port, or it is of a version that proves nothing; nothing was told to it."""

    def __init__(self) -> None:
        super().__init__("Who answers at the engine's address has not shown to be the engine.")


class EngineMismatch(BridgeError):  # noqa: N818
    """Engine and client are of different versions."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message, advice, "protocol")


class EngineRefused(BridgeError):  # noqa: N818
    """An answer with an error; `status` is that of HTTP, 0 where a job told it."""

    def __init__(self, message: str, advice: str = "", code: str = "", status: int = 0) -> None:
        super().__init__(message, advice, code)
        self.status = status


class JobFailed(EngineRefused):
    """The job ended with an error of the engine."""


class JobCancelled(BridgeError):  # noqa: N818
    """The job was stopped: by its client, another window, or the engine's end."""

    def __init__(self, message: str = "The job was stopped.", advice: str = "") -> None:
        super().__init__(message, advice, "cancelled")
