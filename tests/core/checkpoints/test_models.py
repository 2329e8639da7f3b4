"""Weights come in only when asked for, whole and right, and can be checked and taken out again."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file
from sam_maker import TINY, tiny_sam

from core.checkpoints import catalog
from core.checkpoints import install as installed
from core.checkpoints.catalog import WeightSource, seal_of
from core.checkpoints.check import ANY_SAM, SAM_ARCHITECTURES, check_weights
from core.checkpoints.convert import convert
from core.checkpoints.download import Terms, check_terms, get, is_offline
from core.checkpoints.files import Weights
from core.checkpoints.install import Import, files_to_import, install, recognise
from core.errors import Cancelled, CheckpointError, OutputError, UsageError
from core.nets.sam import PUBLISHED
from core.segment.cache import EmbeddingCache
from core.segment.registry import BUILT_IN, best_installed, segmenter_named, segmenter_names
from core.segment.sam.segmenter import load_segmenter

SEGMENTERS = ("mobile-sam", "sam-vit-b", "sam-vit-l", "sam-vit-h")
PLAIN = replace(TINY, architecture="plain", file="plain.safetensors")
TENSORS = {"weight": torch.arange(6.0).reshape(2, 3)}


@pytest.fixture(autouse=True)
def models(monkeypatch, tmp_path):
    """An empty models folder, and no network switched off."""
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", str(tmp_path / "größe 大"))
    monkeypatch.setenv("SEMANTIC_UPSCALE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    return tmp_path / "größe 大"


def put(wanted):
    """Install without a process of its own, for what is about something else."""
    return install(wanted, converter=convert)


@pytest.fixture
def pth(tmp_path):
    torch.save(TENSORS, tmp_path / "tiny.pth")
    return tmp_path / "tiny.pth"


def test_the_catalog_holds_the_segmenters_and_the_diffusion_models_with_their_licences():
    rows = {row.id: row for row in catalog.catalog()}
    assert [row.id for row in rows.values() if row.task == "segment"] == list(SEGMENTERS)
    assert all(rows[name].licence == "Apache-2.0" and rows[name].commercial for name in SEGMENTERS)
    assert not any(rows[name].commercial for name in ("sinsr", "samsr", "resshift", "vq-f4"))
    assert all(row.licence_url.startswith("https://") for row in rows.values())


BROUGHT = ("sam-diffsr",)  # only with files of one's own: no address of them is known here


def test_every_published_file_has_protected_addresses_and_says_who_vouches_for_it():
    for row in catalog.catalog():
        if row.source:
            assert row.source.addresses
            assert all(a.startswith("https://") and a.endswith(row.source.file) for a in row.source.addresses)
            assert row.source.hash_words
            assert len(row.source.sha256 or "0" * 64) == 64
        assert row.bundled == (row.source is None) or row.id in BROUGHT
        assert all(catalog.entry(needed) for needed in row.needs)


def test_every_segmenter_of_the_catalog_can_be_told_apart():
    assert tuple(PUBLISHED) == SAM_ARCHITECTURES == SEGMENTERS


def test_metas_file_names_hold_the_start_of_the_md5():
    assert [catalog.entry(name).source.md5_start for name in SEGMENTERS[1:]] == ["01ec64", "0b3195", "4b8939"]


@pytest.mark.parametrize(
    ("known", "words"),
    [({"size_bytes": 5}, "bytes"), ({"sha256": "0" * 64}, "SHA-256"), ({"md5_start": "000000"}, "MD5")],
)
def test_a_file_that_is_not_the_published_one_is_refused_unless_it_is_meant(known, words, pth, models):
    row = replace(PLAIN, source=WeightSource("tiny.pth", (), **known))
    with pytest.raises(CheckpointError, match=f"not the published tiny.pth.*{words}"):
        put(Import(row, pth))
    assert not models.exists()
    assert not installed.read_note(put(Import(row, pth, other_weights=True))).published


def test_an_imported_pth_becomes_safetensors_with_its_hash_fixed(pth, models):
    path = install(Import(PLAIN, pth))
    assert path == models / PLAIN.file
    assert torch.equal(load_file(path)["weight"], TENSORS["weight"])
    note = installed.read_note(path)
    assert note.sha256 == seal_of(path).sha256
    assert note.source_sha256 == hashlib.sha256(pth.read_bytes()).hexdigest()
    assert sorted(p.name for p in models.iterdir()) == [PLAIN.file, f"{PLAIN.file}.json"]


def test_names_are_freed_of_what_the_network_was_wrapped_in():
    wrapped = {f"module._orig_mod.{name}": tensor for name, tensor in TENSORS.items()}
    assert check_weights(Weights(wrapped, {}), "plain", "file").tensors.keys() == TENSORS.keys()


class Poison:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return exec, (f"open({str(self.path)!r}, 'w').close()",)


def poisoned(path, tmp_path):
    torch.save({"weight": Poison(tmp_path / "ran")}, path)


def bare_poison(path, tmp_path):
    path.write_bytes(pickle.dumps(Poison(tmp_path / "ran")))


def cut_off(path, tmp_path):
    del tmp_path
    path.write_bytes(path.read_bytes()[:-40])


@pytest.mark.parametrize("harm", [bare_poison, cut_off])
def test_a_poisoned_or_truncated_file_is_refused_and_nothing_of_it_runs(harm, pth, models, tmp_path):
    harm(pth, tmp_path)
    with pytest.raises(CheckpointError, match=r"refused|whole"):
        put(Import(PLAIN, pth))
    assert not (tmp_path / "ran").exists()
    assert list(models.iterdir()) == []


def test_a_poisoned_file_is_refused_in_the_process_of_its_own(pth, models, tmp_path):
    poisoned(pth, tmp_path)
    with pytest.raises(CheckpointError, match="refused"):
        install(Import(PLAIN, pth))
    assert not (tmp_path / "ran").exists()
    assert list(models.iterdir()) == []


def test_a_checkpoint_of_another_model_is_refused_by_name(tmp_path):
    torch.save(tiny_sam().state_dict(), tmp_path / "tiny.pth")
    with pytest.raises(CheckpointError, match="not a checkpoint of sam-vit-b"):
        convert(tmp_path / "tiny.pth", tmp_path / "out", "sam-vit-b", {})
    torch.save(TENSORS, tmp_path / "other.pth")
    with pytest.raises(CheckpointError, match="not a checkpoint of segment-anything: it holds another model"):
        convert(tmp_path / "other.pth", tmp_path / "out", ANY_SAM, {})
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_with_a_tensor_missing_is_refused(tmp_path):
    weights = dict(tiny_sam().state_dict())
    del weights["prompt_encoder.no_mask_embed.weight"]
    with pytest.raises(CheckpointError, match="1 missing"):
        check_weights(Weights(weights, {}), ANY_SAM, "tiny.pth")


def test_cancelling_a_conversion_leaves_nothing(pth, models):
    def stop(progress):
        raise Cancelled(progress.stage)

    with pytest.raises(Cancelled, match="convert"):
        install(Import(PLAIN, pth), stop)
    assert list(models.iterdir()) == []


def test_files_and_folders_are_recognised_by_their_published_names(tmp_path):
    for name in ("mobile_sam.pt", "sam_vit_b_01ec64.pth", "holiday.jpg", "unknown.pth"):
        (tmp_path / name).touch()
    assert [row.id for row, _ in files_to_import(tmp_path)] == ["mobile-sam", "sam-vit-b"]
    assert recognise(tmp_path / "sam-vit-h.safetensors").id == "sam-vit-h"
    for place in (tmp_path / "unknown.pth", tmp_path / "nowhere", tmp_path / "holiday.jpg"):
        with pytest.raises(CheckpointError):
            files_to_import(place)


def test_a_damaged_file_is_seen_by_verify_and_gone_after_remove(pth):
    path = put(Import(PLAIN, pth))
    assert installed.verify(PLAIN).startswith("As it was installed")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(CheckpointError, match="changed or damaged"):
        installed.verify(PLAIN)
    assert installed.remove(PLAIN) == path
    assert list(path.parent.iterdir()) == []
    assert installed.remove(PLAIN) is None


def test_a_file_put_there_by_hand_has_its_hash_fixed_at_first_use(models):
    models.mkdir()
    (models / PLAIN.file).write_bytes(b"weights")
    assert "fixed from now on" in installed.verify(PLAIN)
    (models / PLAIN.file).write_bytes(b"others")
    with pytest.raises(CheckpointError, match="changed"):
        installed.verify(PLAIN)


def test_what_is_not_installed_is_told_and_what_is_bundled_stays():
    with pytest.raises(CheckpointError, match="not installed"):
        installed.verify(catalog.entry("mobile-sam"))
    with pytest.raises(UsageError, match="comes with the program"):
        installed.remove(catalog.entry("compact"))


def test_a_licence_that_forbids_commerce_must_be_accepted_first():
    with pytest.raises(UsageError, match="CC-BY-NC-SA") as caught:
        check_terms(catalog.entry("sinsr"), Terms())
    assert "--accept-licence" in caught.value.advice
    check_terms(catalog.entry("sinsr"), Terms(accept_licence=True))
    check_terms(catalog.entry("mobile-sam"), Terms())


@pytest.mark.parametrize("value", ["1", "true", "ON"])
def test_offline_refuses_politely_by_option_and_by_variable(value, monkeypatch):
    row = catalog.entry("mobile-sam")
    with pytest.raises(CheckpointError, match="switched off") as caught:
        get(row, Terms(offline=True))
    assert row.source.addresses[0] in caught.value.advice
    monkeypatch.setenv("HF_HUB_OFFLINE", value)
    assert is_offline()
    with pytest.raises(CheckpointError, match="switched off"):
        get(row, Terms())


def test_offline_is_off_by_default(monkeypatch):
    assert not is_offline()
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    assert not is_offline()


def test_what_is_here_already_is_not_loaded_again(pth):
    path = put(Import(PLAIN, pth))
    assert get(PLAIN, Terms(offline=True)) == path


def test_a_folder_that_cannot_be_made_is_told(pth, models):
    models.parent.mkdir(exist_ok=True)
    models.touch()
    with pytest.raises((OutputError, UsageError)):
        put(Import(PLAIN, pth))


def test_without_weights_auto_is_the_built_in_segmenter_and_nothing_is_loaded(models):
    assert best_installed() == BUILT_IN
    assert segmenter_named("auto").id == segmenter_named().id == BUILT_IN
    assert not models.exists()


@pytest.mark.parametrize("name", SEGMENTERS)
def test_a_segmenter_without_weights_says_how_to_get_them(name):
    with pytest.raises(CheckpointError, match="not here") as caught:
        segmenter_named(name)
    assert f"models get {name}" in caught.value.advice


def test_an_unknown_segmenter_is_told_with_all_names():
    with pytest.raises(UsageError) as caught:
        segmenter_named("sam3")
    assert all(name in caught.value.advice for name in segmenter_names())
    assert set(segmenter_names()) == {"built-in", "auto", *SEGMENTERS}


def test_auto_takes_the_quick_network_on_a_cpu_and_the_careful_one_elsewhere(models):
    models.mkdir()
    for name in ("mobile-sam", "sam-vit-h"):
        (models / catalog.entry(name).file).touch()
    assert best_installed() == "mobile-sam"
    assert best_installed("cuda:0") == "sam-vit-h"


def test_weights_that_were_replaced_after_installing_are_not_used(models, tmp_path):
    models.mkdir()
    torch.save(tiny_sam().state_dict(), tmp_path / "tiny.pth")
    convert(tmp_path / "tiny.pth", models / TINY.file, ANY_SAM, {})
    installed.verify(TINY)
    assert load_segmenter(TINY, models / TINY.file, EmbeddingCache(None)).id == "tiny-sam"
    torch.save(TENSORS, tmp_path / "other.pth")
    convert(tmp_path / "other.pth", models / TINY.file, "plain", {})
    with pytest.raises(CheckpointError, match="another file"):
        load_segmenter(TINY, models / TINY.file, EmbeddingCache(None))
