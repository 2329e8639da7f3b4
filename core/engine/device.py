"""From a device's name to one that computes, with its precision, threads and memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.engine.machine import Device, survey, usable_cores
from core.engine.settings import EngineSettings, read_settings
from core.errors import DeviceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

PRECISIONS = ("float32", "bfloat16", "float16")
# The rest stays free for the program itself, the system, and what others start meanwhile.
CPU_SHARE = 0.5
GPU_SHARE = 0.8


@dataclass(frozen=True)
class DeviceChoice:
    """Where and how a job computes.

    `device` is torch's name ("cpu", "cuda:0", "mps"), `precision` a dtype's ("float32", "bfloat16" …),
    `threads` for torch.set_num_threads, `name` what people call the device, `free_bytes` its free memory now.
    """

    device: str
    precision: str
    threads: int
    name: str
    free_bytes: int


def pick(name: str, devices: Sequence[Device]) -> Device:
    """The device of this name among those that compute; "auto" is the first, "cuda" the first of its kind.

    DeviceError, with the names that would do, if there is none.
    """
    wanted = name.strip().lower()
    if wanted == "auto":
        return devices[0]
    for device in devices:
        if wanted in (device.device, device.device.partition(":")[0]):
            return device
    usable = ", ".join(f"{device.device} ({device.name})" for device in devices)
    raise DeviceError(
        f"The device {name!r} does not exist or does not work here.", f"Take auto, or one of: {usable}."
    )


def pick_precision(precision: str, device: Device) -> str:
    """What was asked; for "auto" bfloat16 where it is native, else float32. UsageError if unknown."""
    if precision == "auto":
        return "bfloat16" if device.native_bfloat16 else "float32"
    if precision not in PRECISIONS:
        raise UsageError(f"No precision is named {precision!r}.", f"Take auto, {', '.join(PRECISIONS)}.")
    return precision


def choose_device(
    name: str = "auto",
    precision: str = "auto",
    *,
    settings: EngineSettings | None = None,
    devices: Sequence[Device] | None = None,
) -> DeviceChoice:
    """Choose by name and precision; the environment counts where the name is "auto".

    `settings` and `devices` default to this process's environment and this machine. Nothing is set in torch.
    DeviceError if the device does not compute here, UsageError if precision or environment make no sense.
    """
    given = read_settings() if settings is None else settings
    wanted = given.device if name.strip().lower() == "auto" and given.device else name
    device = pick(wanted, survey() if devices is None else devices)
    return DeviceChoice(
        device=device.device,
        precision=pick_precision(precision, device),
        threads=given.threads or usable_cores(),
        name=device.name,
        free_bytes=device.free_bytes,
    )


def memory_budget_bytes(
    choice: DeviceChoice, asked_bytes: int | None = None, *, settings: EngineSettings | None = None
) -> int:
    """Bytes that tiles may take: what was asked, else half (GPU: four fifths) of what is free.

    Never more than is free or than the environment's limit.
    """
    limit = (read_settings() if settings is None else settings).memory_bytes
    share = CPU_SHARE if choice.device == "cpu" else GPU_SHARE
    wanted = asked_bytes if asked_bytes is not None else int(choice.free_bytes * share)
    return min(wanted, choice.free_bytes, limit if limit is not None else wanted)
