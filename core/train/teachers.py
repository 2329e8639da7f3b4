"""What public networks say about photographs: what the click network is taught to mean.

The teachers are data of whoever trains, never shipped; they need the extra `teach` (onnxruntime, ncnn, ai-edge-litert).
Files, all of permissive licences: YuNet (faces), PP-OCRv4 (text), DeepLab on PASCAL VOC, U²-Netp (the salient object)
and a U²-Netp for sky.
"""

from __future__ import annotations

import importlib
import io
import zlib
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from core.errors import InputError
from core.files import write_whole
from core.train.data import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG_SIDE_PX = 640
PLANES = ("face", "text", "person", "animal", "vehicle", "sky", "salient")
_MEAN, _SPREAD = np.array((0.485, 0.456, 0.406), np.float32), np.array((0.229, 0.224, 0.225), np.float32)
_VOC = {
    "person": (15,),
    "animal": (3, 8, 10, 12, 13, 17),
    "vehicle": (1, 2, 4, 6, 7, 14, 19),
}
_FACE_SURE, _TEXT_SURE, _TEXT_MEAN, _TEXT_GROWTH = 0.6, 0.3, 0.6, 1.6


class Teachers:
    """The five networks of a folder, loaded once. InputError where a package or a file is missing."""

    def __init__(self, folder: Path) -> None:
        def file(name: str) -> str:
            if not (folder / name).is_file():
                raise InputError(f"The teacher {name} is not in {folder}.", "Name the teachers' folder.")
            return str(folder / name)

        runtime = _package("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1

        def session(name: str) -> Any:
            return runtime.InferenceSession(file(name), options, providers=["CPUExecutionProvider"])

        self.salience, self.letters = session("u2netp.onnx"), session("ch_PP-OCRv4_det_infer.onnx")
        self.faces = cv2.FaceDetectorYN.create(file("yunet_n_dyn.onnx"), "", (640, 640), _FACE_SURE, 0.3)
        self.voc = _package("ai_edge_litert.interpreter").Interpreter(
            file("deeplab_voc.tflite"), num_threads=1
        )
        self.voc.allocate_tensors()
        self.ncnn = _package("ncnn")
        self.sky = self.ncnn.Net()
        self.sky.opt.num_threads = 1
        self.sky.load_param(file("sky.param"))
        self.sky.load_model(file("sky.bin"))

    def labels(self, picture: np.ndarray) -> np.ndarray:
        """(h, w, 3) uint8 RGB → (len(PLANES), h, w) uint8, 0 … 255: how surely each pixel is of each kind."""
        voc = self._voc(picture)
        said = {name: 255 * np.isin(voc, numbers).astype(np.uint8) for name, numbers in _VOC.items()}
        said |= {"face": self._face(picture), "text": self._text(picture)}
        said |= {"sky": self._sky(picture), "salient": self._salient(picture)}
        return np.stack([said[name] for name in PLANES])

    def _voc(self, picture: np.ndarray) -> np.ndarray:
        height, width = picture.shape[:2]
        factor = 513 / max(height, width)
        tall, wide = max(1, round(height * factor)), max(1, round(width * factor))
        frame = np.full((1, 513, 513, 3), 127, np.uint8)
        frame[0, :tall, :wide] = cv2.resize(picture, (wide, tall), interpolation=cv2.INTER_AREA)
        self.voc.set_tensor(self.voc.get_input_details()[0]["index"], frame)
        self.voc.invoke()
        said = np.squeeze(self.voc.get_tensor(self.voc.get_output_details()[0]["index"]))
        return cv2.resize(
            said[:tall, :wide].astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST
        )

    def _face(self, picture: np.ndarray) -> np.ndarray:
        plane = np.zeros(picture.shape[:2], np.uint8)
        self.faces.setInputSize(picture.shape[1::-1])
        found = self.faces.detect(np.ascontiguousarray(picture[..., ::-1]))[1]
        for x, y, width, height in found[:, :4].tolist() if found is not None else []:
            centre, axes = (
                (round(x + width / 2), round(y + height / 2)),
                (round(width / 2), round(height / 2)),
            )
            cv2.ellipse(plane, centre, axes, 0, 0, 360, 255, -1)
        return plane

    def _text(self, picture: np.ndarray) -> np.ndarray:
        height, width = picture.shape[:2]
        factor = 736 / max(height, width)
        size = [max(32, round(side * factor / 32) * 32) for side in (width, height)]
        small = cv2.resize(picture[..., ::-1], size, interpolation=cv2.INTER_LINEAR)
        given = ((small.astype(np.float32) / 255 - 0.5) / 0.5).transpose(2, 0, 1)[None]
        sure = self.letters.run(None, {self.letters.get_inputs()[0].name: given})[0][0, 0]
        plane = np.zeros(sure.shape, np.uint8)
        parts = cv2.findContours(
            (sure > _TEXT_SURE).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE
        )[0]
        for part in parts:
            corners = _grown_box(part, sure)
            if corners is not None:
                cv2.fillPoly(plane, [corners], 255)
        return cv2.resize(plane, (width, height), interpolation=cv2.INTER_NEAREST)

    def _sky(self, picture: np.ndarray) -> np.ndarray:
        given = np.ascontiguousarray(_normal(picture, 384)[0])
        extractor = self.sky.create_extractor()
        extractor.input("input.1", self.ncnn.Mat(given))
        said = np.array(extractor.extract("1959")[1]).reshape(384, 384)
        return _plane(said, picture)

    def _salient(self, picture: np.ndarray) -> np.ndarray:
        given = {self.salience.get_inputs()[0].name: _normal(picture, 320)}
        return _plane(self.salience.run(None, given)[0][0, 0], picture)


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise InputError(
            f"Labelling needs the package {name}.", "pip install 'semantic-upscale[teach]'"
        ) from error


def _normal(picture: np.ndarray, side: int) -> np.ndarray:
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.ascontiguousarray(((small / max(1, small.max()) - _MEAN) / _SPREAD).transpose(2, 0, 1)[None])


def _plane(said: np.ndarray, picture: np.ndarray) -> np.ndarray:
    large = cv2.resize(said, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return (255 * large.clip(0, 1)).astype(np.uint8)


def _grown_box(part: np.ndarray, sure: np.ndarray) -> np.ndarray | None:
    """Corners (4, 2) int of a line of text, or None where the network was not sure."""
    (x, y), (across, down), angle = cv2.minAreaRect(part)
    inside = np.zeros(sure.shape, np.uint8)
    cv2.drawContours(inside, [part], -1, 1, -1)
    if min(across, down) < 3 or sure[inside > 0].mean() < _TEXT_MEAN:
        return None
    growth = _TEXT_GROWTH * across * down / (2 * (across + down)) * 2
    return cv2.boxPoints(((x, y), (across + growth, down + growth), angle)).round().astype(np.int32)


def label_photographs(photographs: Path, folder: Path, teachers: Path) -> Iterator[tuple[int, int]]:
    """Label each photograph once, at LONG_SIDE_PX, into `folder`; yields how many are done, of how many."""
    named = (file for file in photographs.iterdir() if file.suffix.lower() in SUFFIXES)
    files = sorted(named, key=lambda file: zlib.crc32(file.name.encode()))  # the first ones are a fair sample
    if not files:
        raise InputError(f"There is no photograph in {photographs}.", "Name a folder of photographs.")
    folder.mkdir(parents=True, exist_ok=True)
    open_files = [file for file in files if not (folder / f"{file.stem}.npz").exists()]
    known = Teachers(teachers) if open_files else None
    for number, file in enumerate(open_files, len(files) - len(open_files) + 1):
        read = cv2.imread(str(file), cv2.IMREAD_COLOR_RGB)
        if known is not None and read is not None:
            factor = min(1.0, LONG_SIDE_PX / max(read.shape[:2]))
            picture = cv2.resize(read, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            write_whole(folder / f"{file.stem}.npz", pack_labels(picture, known.labels(picture)))
        yield number, len(files)


def pack_labels(picture: np.ndarray, planes: np.ndarray) -> bytes:
    """A photograph and its labels as the bytes of an .npz file."""
    file = io.BytesIO()
    np.savez_compressed(file, picture=picture, planes=planes)
    return file.getvalue()
