"""Rivals are read from ncnn's files, and blind sheets do not say whose is whose."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional as F
from typer.testing import CliRunner

from core.cli.app import build_app
from core.errors import CheckpointError, InputError, OutputError
from core.evaluate.data import Protocol
from core.evaluate.quality import Upscaler
from core.evaluate.rivals import LSDIR, REALESR, read_compact, rivals_at_hand
from core.evaluate.studio import KEY_NAME, StudioTask, make_sheets
from core.request import UpscaleRequest


def write_pair(folder, name, half=False, width=4):
    """An SRVGGNetCompact of two convolutions as ncnn writes it; its parameters."""
    state = np.random.default_rng(7)
    first, last = state.normal(0, 0.1, (width, 3, 3, 3)), state.normal(0, 0.1, (48, width, 3, 3))
    slopes, biases = state.random(width), (state.random(width), state.random(48))
    tag, kind = (b"\x47\x6b\x30\x01", "<f2") if half else (b"\0\0\0\0", "<f4")
    block = lambda values, kind="<f4": np.asarray(values, kind).tobytes()  # noqa: E731
    (folder / f"{name}.bin").write_bytes(
        tag
        + block(first, kind)
        + block(biases[0])
        + block(slopes)
        + tag
        + block(last, kind)
        + block(biases[1])
    )
    (folder / f"{name}.param").write_text(
        "7767517\n7 8\nInput input.1 0 1 data\nSplit s 1 2 data a b\n"
        f"Convolution c0 1 1 a 1 0={width} 1=3 4=1 5=1 6={width * 27}\nPReLU p 1 1 1 2 0={width}\n"
        f"Convolution c1 1 1 2 3 0=48 1=3 4=1 5=1 6={width * 9 * 48}\nPixelShuffle d 1 1 3 4 0=4\n"
        "Interp r 1 1 b 5 0=1 1=4.0 2=4.0\nBinaryOp o 2 1 4 5 output\n"
    )
    return [torch.tensor(np.asarray(x, np.float32)) for x in (first, biases[0], slopes, last, biases[1])]


@pytest.mark.parametrize("half", [False, True])
def test_a_pair_of_ncnn_is_the_network_that_was_written(tmp_path, half):
    first, bias, slopes, last, bias_last = write_pair(tmp_path, "x", half)
    source = torch.rand(1, 3, 6, 5)
    inner = F.prelu(F.conv2d(source, first, bias, padding=1), slopes)
    expected = F.pixel_shuffle(F.conv2d(inner, last, bias_last, padding=1), 4)
    expected += F.interpolate(source, scale_factor=4.0, mode="nearest")
    assert torch.allclose(read_compact(tmp_path, "x")(source), expected, atol=2e-3 if half else 1e-6)


@pytest.mark.parametrize("length", [3, 400, -8])
def test_a_file_cut_short_is_told(tmp_path, length):
    write_pair(tmp_path, "x")
    held = (tmp_path / "x.bin").read_bytes()
    (tmp_path / "x.bin").write_bytes(held[:length])
    with pytest.raises(CheckpointError):
        read_compact(tmp_path, "x")


def test_another_kind_of_network_is_told(tmp_path):
    write_pair(tmp_path, "x")
    with (tmp_path / "x.param").open("a") as file:
        file.write("Softmax s 1 1 output out\n")
    with pytest.raises(CheckpointError, match="Softmax"):
        read_compact(tmp_path, "x")


def test_both_rivals_are_found_in_one_folder_and_a_named_folder_must_be_there(tmp_path):
    write_pair(tmp_path, REALESR)
    write_pair(tmp_path, LSDIR, half=True)
    assert [rival.name for rival in rivals_at_hand(tmp_path)] == ["bicubic", REALESR, LSDIR]
    with pytest.raises(InputError, match="no folder"):
        rivals_at_hand(tmp_path / "missing")


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    for number in range(2):
        colour = np.random.default_rng(number).integers(0, 255, (80, 96, 3), np.uint8)
        Image.fromarray(colour).save(folder / f"{number}.png")
    return folder


def test_blind_sheets_carry_no_names_and_the_key_tells_all(tmp_path, pictures):
    write_pair(tmp_path, REALESR)
    write_pair(tmp_path, LSDIR)
    task = StudioTask(pictures, tmp_path / "out", Protocol.BICUBIC, rivals=tmp_path)
    sheets = make_sheets(task, Upscaler(UpscaleRequest(device="cpu", precision="float32")))
    key = json.loads((tmp_path / "out" / KEY_NAME).read_text("utf-8"))
    assert [sheet.name for sheet in sheets] == ["01.png", "02.png"] == list(key)
    for told in key.values():
        assert {told[letter] for letter in "ABC"} == {"ours", REALESR, LSDIR}
    with pytest.raises(OutputError, match="holds files"):
        make_sheets(task, Upscaler())


def test_sheets_without_a_rival_or_a_folder_are_refused(tmp_path, pictures):
    task = StudioTask(pictures, tmp_path / "out", Protocol.BICUBIC, rivals=pictures)
    with pytest.raises(InputError, match="No rival"):
        make_sheets(task, Upscaler())
    refused = CliRunner().invoke(build_app(), ["evaluate", "studio", "--set", str(pictures)])
    assert refused.exit_code != 0
