"""What each option of the detail stage gives: the same updates, batches, noise and seed, with one option changed.

Starts every time from the same weights: --from a model, a detail.state (with its critic) or a fidelity.state (then
the detail branch is untrained); the bundled model without it. Stopped, it goes on where it was. Few updates order
options, they do not show what a whole training gives: the table says how many there were.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import time
import zlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from common.tell import tell

import resources
from core.checkpoints.files import load_safetensors
from core.engine.compact import CompactMethod, build
from core.engine.shelf import Shelf
from core.errors import SemanticUpscaleError
from core.evaluate.control import ramped
from core.evaluate.protocols import Protocol, pair_of
from core.evaluate.quality import Candidate, judges_at_hand, scored
from core.evaluate.sets import pictures_in, read_colour
from core.evaluate.studio import Studio, size_of
from core.geometry import Box
from core.metrics.files import SQUEEZENET, at_hand
from core.metrics.networks import SqueezeFeatures
from core.metrics.tables import Column, Table, mean
from core.nets.compact import SCALE, Compact
from core.nets.dirt import DirtGauge
from core.regions.mask import Mask
from core.request import UpscaleRequest
from core.train.critic import Critic
from core.train.detail import DetailStage, Teachers
from core.train.export import export_compact
from core.train.fidelity import prepared
from core.train.files import ready_run_folder, write_whole
from core.train.loop import learn
from core.train.pairs import Shape, draw_batch
from core.train.photographs import load_photographs
from core.train.recipe import read_recipe
from core.train.segments import Segments

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from torch import Tensor

    from core.engine.device import DeviceChoice
    from core.engine.method import Method
    from core.evaluate.protocols import Pair
    from core.train.pairs import Batch
    from core.train.photographs import Cut, Photographs
    from core.train.recipe import DetailRecipe

DATA = Path(os.environ.get("SEMANTIC_UPSCALE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
SEED, SEGMENTED = 7, 0.67
# Name → file, and what it changes in the recipe.
VARIANTS: dict[str, tuple[str, dict[str, float]]] = {
    "the recipe": ("recipe", {}),
    "with SAMSR's semantic consistency": ("semantic", {"semantic": 1.0}),
    "with SAM-DiffSR's position in the noise": ("position", {"position": 1.0}),
    "without VPD-SR's high-frequency perception": ("no-bands", {"bands": 0.0}),
    "without VPD-SR's adversary": ("no-adversary", {"adversary": 0.0}),
    "with regions from a segmenter": ("segmenter", {"segmenter_share": SEGMENTED}),
}
COLUMNS = (
    Column("PSNR Y", "dB", "higher"),
    Column("NIQE", "", "lower"),
    Column("distance", "", "lower", 5),
    Column("leak beyond 32 px", "%", "lower", 3),
    Column("rising regions", "%", "higher", 0),
    Column("energy Inventive / Faithful", "×"),
    Column("an update", "s"),
)


@dataclass(frozen=True)
class Bench:
    """What all variants share."""

    photographs: Photographs
    start: tuple[Compact, Critic]
    features: Callable[[Tensor], tuple[Tensor, ...]] | None
    pairs: tuple[tuple[str, Pair], ...]
    folder: Path


class OneModel(Shelf):
    """Lends one method, whatever is asked."""

    def __init__(self, method: Method) -> None:
        super().__init__()
        self._method = method

    def lend(self, name: str, choice: DeviceChoice) -> Method:
        """The method."""
        del name, choice
        return self._method


def start_of(path: Path) -> tuple[Compact, Critic]:
    """Where every variant begins: a model, or what a stage kept; the critic is untrained where the file has none."""
    torch.manual_seed(SEED)
    network, critic = prepared(Compact()), Critic()
    if path.suffix == ".safetensors":
        network.load_state_dict(build(load_safetensors(path), path)[0].state_dict())
        return network, critic
    kept = torch.load(path, weights_only=True)["state"]
    network.load_state_dict(kept["average"])
    if "critic" in kept:
        critic.load_state_dict(kept["critic"])
    return network, critic


class Unsegmented:
    """Stands for a segmenter that is not asked: the random numbers are drawn alike, so that the crops are the same."""

    def cut(self, cut: Cut, side_px: int) -> np.ndarray:
        """No regions."""
        del cut
        return np.zeros((side_px, side_px), np.uint8)


def drawn_batches(bench: Bench, recipe: DetailRecipe, done: int) -> Generator[Batch, None, None]:
    """The same pairs for all variants from update `done` on; with regions where the recipe takes some."""
    asked = bool(recipe.segmenter_share)
    segments = Segments(bench.photographs, bench.folder / "segments") if asked else Unsegmented()
    shape = Shape(recipe.count, recipe.patch_px, recipe.dirty_share, SEGMENTED)
    rng = np.random.default_rng(SEED)
    for number in range(recipe.steps):
        batch = draw_batch(bench.photographs, rng, shape, segments)
        if number >= done:
            yield batch


def trained(bench: Bench, recipe: DetailRecipe, name: str) -> tuple[Compact, float]:
    """The averaged network after all updates, and seconds an update."""
    torch.manual_seed(SEED)
    network, critic = copy.deepcopy(bench.start)
    stage = DetailStage(network, Teachers(critic, bench.features), recipe, SEED)

    def batches(done: int) -> Generator[Batch, None, None]:
        return drawn_batches(bench, recipe, done)

    began, count = time.monotonic(), 0
    for learnt in learn(stage, batches, recipe.steps, bench.folder / f"{name}.state"):
        count += 1
        if learnt.done % 20 == 0:
            terms = " ".join(f"{term} {value:.3f}" for term, value in learnt.losses.items())
            print(f"{name} {learnt.done}/{recipe.steps} {terms}", flush=True)
    return stage.average.network, (time.monotonic() - began) / max(1, count)


def measured(bench: Bench, network: Compact, name: str) -> list[float | None]:
    """PSNR, NIQE and distance at W = 1 everywhere; leakage, order and range of a region in the middle."""
    path = bench.folder / f"{name}.safetensors"
    export_compact(network, DirtGauge(), path, {})
    method = CompactMethod(load_safetensors(path), path, "", "cpu", torch.float32)
    studio = Studio(UpscaleRequest(device="cpu", precision="float32", clean_up=0.0), OneModel(method))
    judges, rows = judges_at_hand(), []
    for picture, pair in bench.pairs:
        target = studio.everywhere(pair.source, 2.0).target
        score = scored(picture, Candidate(name, target, 0.0), pair, judges)
        size = size_of(pair.source)
        middle = Mask.filled(Box.of(size).grown(-min(size.width, size.height) // 3))
        ramp = ramped(studio, pair, middle, (picture, 1)).measured
        control = (100 * ramp.result.leakage, 100.0 * ramp.result.energy.perfect, ramp.result.energy_gain)
        rows.append((score.psnr_y, score.niqe, score.distance, *control))
    return [mean(list(column)) for column in zip(*rows, strict=True)]


def result(bench: Bench, recipe: DetailRecipe, name: str) -> list[Any]:
    """The row of a variant, from its file where it was measured already."""
    file, said = bench.folder / f"{name}.json", asdict(recipe)
    if file.is_file():
        kept = json.loads(file.read_text("utf-8"))
        if kept["recipe"] == said and kept["pictures"] == len(bench.pairs):
            return kept["row"]
    network, seconds = trained(bench, recipe, name)
    row = [*measured(bench, network, name), seconds]
    write_whole(file, json.dumps({"recipe": said, "pictures": len(bench.pairs), "row": row}).encode())
    return row


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA / "train")
    parser.add_argument("--set", type=Path, default=DATA / "test" / "set14")
    parser.add_argument("--config", type=Path, default=resources.FOLDER / "recipes" / "compact.toml")
    parser.add_argument(
        "--from", dest="start", type=Path, default=resources.FOLDER / "models" / "compact-x4.safetensors"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/ablations"))
    parser.add_argument("--updates", type=int, default=120)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--patch-px", type=int, default=24)
    parser.add_argument("--pictures", type=int, default=6)
    parser.add_argument("--only", nargs="*", help="files of variants", default=None)
    return parser.parse_args()


def folder_name(chosen: argparse.Namespace) -> str:
    """Other updates, batches or starts go on in other folders."""
    start = zlib.crc32(chosen.start.read_bytes())
    return f"{chosen.updates}-of-{chosen.count}x{chosen.patch_px}-from-{start:08x}"


def main() -> None:
    """Train each variant, measure, print, write."""
    chosen = asked()
    recipe = replace(
        read_recipe(chosen.config).detail, steps=chosen.updates, count=chosen.count, patch_px=chosen.patch_px
    )
    recipe = replace(recipe, semantic=0.0, position=0.0, segmenter_share=0.0)
    folder = chosen.out / folder_name(chosen)
    ready_run_folder(folder)
    weights = at_hand(SQUEEZENET)
    paths = pictures_in(chosen.set, chosen.pictures)
    bench = Bench(
        load_photographs(chosen.data, SCALE * recipe.patch_px),
        start_of(chosen.start),
        SqueezeFeatures(weights) if weights else None,
        tuple((path.stem, pair_of(read_colour(path), Protocol.BICUBIC)) for path in paths),
        folder,
    )
    batch = f"{chosen.count} sources of {chosen.patch_px}²"
    title = f"{chosen.updates} updates of {batch}, W = 1 on {len(paths)} pictures of {chosen.set.name}"
    table = Table(title, COLUMNS)
    table = table.with_row("the start", *measured(bench, bench.start[0], "start"), None)
    for words, (name, changes) in VARIANTS.items():
        if chosen.only is None or name in chosen.only:
            table = table.with_row(words, *result(bench, replace(recipe, **changes), name))
    tell("ablations", table)


if __name__ == "__main__":
    try:
        main()
    except SemanticUpscaleError as error:
        raise SystemExit(f"{error} {error.advice}") from error
