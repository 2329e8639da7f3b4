"""The zips that Krita imports and GIMP's users unpack. The same sources give the same bytes."""

from __future__ import annotations

import argparse
import zipfile
from pathlib import Path

from core.plugins.install import FOLDERS, HOSTS, content

EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(host: str, version: str, folder: Path) -> Path:
    """Write `semantic-upscale-HOST-VERSION.zip` into the folder; its path.

    Krita's importer finds a plug-in only where the zip holds an entry for the folder itself.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"semantic-upscale-{host}-{version}.zip"
    files = content(host, version)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in _folders(host, [file.path for file in files]):
            archive.writestr(_entry(name, 0o40755 << 16 | 0x10), b"")
        for file in files:
            archive.writestr(_entry(file.path, (0o100755 if file.executable else 0o100644) << 16), file.data)
    return path


def _folders(host: str, paths: list[str]) -> list[str]:
    inner = {parent.as_posix() + "/" for path in paths for parent in Path(path).parents if parent.name}
    return sorted({FOLDERS[host] + "/", *inner})


def _entry(name: str, attributes: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr, entry.create_system = attributes, 3  # Unix: the executable bit counts
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def main() -> None:
    """`python -m core.plugins.pack VERSION`: both zips into dist/."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("version")
    parser.add_argument("--folder", type=Path, default=Path("dist"))
    asked = parser.parse_args()
    for host in HOSTS:
        print(pack(host, asked.version, asked.folder))  # noqa: T201  (it is a tool's result)


if __name__ == "__main__":
    main()
