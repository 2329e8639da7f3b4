"""What was understood once is kept within its caps, and never in the way."""

from __future__ import annotations

import os

import pytest

from core.segment.cache import EmbeddingCache


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_bytes_come_back_from_memory_and_by_another_cache_from_disk(tmp_path):
    first = EmbeddingCache(tmp_path / "new")
    first.put("a", b"seen")
    assert first.get("a") == b"seen"
    assert EmbeddingCache(tmp_path / "new").get("a") == b"seen"
    assert first.get("b") is None


def test_without_a_folder_only_memory_holds_it():
    cache = EmbeddingCache(None)
    cache.put("a", b"seen")
    assert cache.get("a") == b"seen"
    assert EmbeddingCache(None).get("a") is None


def test_memory_drops_the_least_lately_used():
    cache = EmbeddingCache(None, memory_bytes=8)
    cache.put("a", b"1234")
    cache.put("b", b"5678")
    assert cache.get("a")
    cache.put("c", b"9012")
    assert [cache.get(key) for key in "abc"] == [b"1234", None, b"9012"]


def test_the_disk_drops_the_least_lately_used(tmp_path):
    cache = EmbeddingCache(tmp_path, memory_bytes=0, disk_bytes=2 * (20 + 16))
    for age, key in enumerate("ab"):
        cache.put(key, bytes(20))
        os.utime(tmp_path / f"{key}.embedding", (1000 - age, 1000 - age))
    assert cache.get("b") is not None  # used again, though it is the older one
    cache.put("c", bytes(20))
    assert files(tmp_path) == ["b.embedding", "c.embedding"]


def test_what_is_larger_than_the_cap_is_not_kept(tmp_path):
    EmbeddingCache(tmp_path / "new", memory_bytes=0, disk_bytes=10).put("a", bytes(20))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: b"!" + data[1:], lambda data: b""])
def test_a_damaged_file_is_forgotten(damage, tmp_path):
    EmbeddingCache(tmp_path).put("a", b"seen")
    path = tmp_path / "a.embedding"
    path.write_bytes(damage(path.read_bytes()))
    assert EmbeddingCache(tmp_path).get("a") is None
    assert not path.exists()


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path):
    (tmp_path / "file").touch()
    cache = EmbeddingCache(tmp_path / "file" / "cache")
    cache.put("a", b"seen")
    assert cache.get("a") == b"seen"
