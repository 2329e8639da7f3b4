"""Documents and layers of the small Krita: bytes, colour spaces and undo as the real one was measured."""

import uuid
from array import array
from importlib import import_module

CHANNELS = {"GRAYA": 2, "RGBA": 4, "CMYKA": 5}
BYTES = {"U8": 1, "U16": 2, "F16": 2, "F32": 4}
SRGB = "sRGB-elle-V2-srgbtrc.icc"


class Rect:
    def __init__(self, x, y, width, height):
        self.box = (x, y, width, height)

    def x(self):
        return self.box[0]

    def y(self):
        return self.box[1]

    def width(self):
        return self.box[2]

    def height(self):
        return self.box[3]


class Node:
    """A layer: `put` is what a test paints, `pixelData` what the plug-in reads."""

    def __init__(self, document, name, kind):
        self.document, self._name, self.kind = document, name, kind
        self.space = document.space
        self.box, self.data = (0, 0, 0, 0), b""
        self.parent, self.children = None, []
        self.label, self.shown, self.is_locked, self.id = 0, True, False, uuid.uuid4()
        self.clear, self.mode = 255, "normal"

    def put(self, box, data, space=None):
        self.space = space or self.space
        assert len(data) == box[2] * box[3] * self.size, "the test's own pixels do not fit"
        self.box, self.data = box, bytes(data)
        return self

    @property
    def size(self):
        return CHANNELS[self.space[0]] * BYTES[self.space[1]]

    def name(self):
        return self._name

    def setName(self, name):  # noqa: N802
        self._name = name

    def type(self):
        return self.kind

    def uniqueId(self):  # noqa: N802
        return self.id

    def colorModel(self):  # noqa: N802
        return self.space[0]

    def colorDepth(self):  # noqa: N802
        return self.space[1]

    def colorProfile(self):  # noqa: N802
        return self.space[2]

    def colorLabel(self):  # noqa: N802
        return self.label

    def setColorLabel(self, label):  # noqa: N802
        self.label = label

    def visible(self):
        return self.shown

    def setVisible(self, shown):  # noqa: N802
        self.shown = shown

    def setOpacity(self, opacity):  # noqa: N802
        self.clear = opacity

    def opacity(self):
        return self.clear

    def blendingMode(self):  # noqa: N802
        return self.mode

    def setBlendingMode(self, mode):  # noqa: N802
        self.mode = mode

    def locked(self):
        return self.is_locked

    def bounds(self):
        return Rect(*self.box)

    def parentNode(self):  # noqa: N802
        return self.parent

    def childNodes(self):  # noqa: N802
        return list(self.children)

    def addChildNode(self, node, above):  # noqa: N802
        at = len(self.children) if above is None else self.children.index(above) + 1
        self.children.insert(at, node)
        node.parent = self
        if self.document.rooted(self):
            self.document.did(
                "Add Layer", lambda: self.children.remove(node), lambda: self.children.insert(at, node)
            )

    def pixelData(self, x, y, width, height):  # noqa: N802
        return b"" if self.kind in ("grouplayer", "vectorlayer") else self.cut(x, y, width, height)

    def projectionPixelData(self, x, y, width, height):  # noqa: N802
        return self.children[-1].cut(x, y, width, height) if self.children else self.cut(x, y, width, height)

    def cut(self, x, y, width, height):
        """The rows of a box; nothing outside what is painted."""
        rows, empty = [], bytes(self.size)
        left, top, wide, high = self.box
        for row in range(y, y + height):
            inside = top <= row < top + high
            start = ((row - top) * wide) * self.size
            line = self.data[start : start + wide * self.size] if inside else b""
            whole = empty * max(0, left - x) + line[max(0, x - left) * self.size :] if inside else b""
            rows.append((whole + empty * width)[: width * self.size])
        return b"".join(rows)

    def setPixelData(self, data, x, y, width, height):  # noqa: N802
        data = bytes(data)
        if len(data) != width * height * self.size:
            return  # older Kritas say nothing
        if not self.data:
            self.box, self.data = (x, y, width, height), data
            return
        left, top, wide, high = self.box
        if (x, width) == (left, wide) and y == top + high:
            self.box, self.data = (left, top, wide, high + height), self.data + data
        else:
            canvas = bytearray(self.data)
            for row in range(height):
                start = ((y + row - top) * wide + x - left) * self.size
                canvas[start : start + width * self.size] = data[
                    row * width * self.size : (row + 1) * width * self.size
                ]
            self.data = bytes(canvas)

    def setColorSpace(self, model, depth, profile):  # noqa: N802
        self.data = converted(self.data, self.space, (model, depth, profile))
        self.space = (model, depth, profile)
        return True

    def save(self, path, *_):
        self.document.app.saved.append(path)

    def copy(self, document):
        twin = Node(document, self._name, self.kind)
        twin.__dict__.update({**self.__dict__, "document": document, "children": []})
        for child in self.children:
            inner = child.copy(document)
            inner.parent = twin
            twin.children.append(inner)
        return twin


def converted(data, before, after):
    """Grey, RGB or CMYK of any depth but F16 to the same kind in another depth, or to RGB."""
    if before == after or not data:
        return data
    values = units(data, before)
    if before[0] == "CMYKA" and after[0] == "RGBA":
        values = [v for i in range(0, len(values), 5) for v in (*values[i : i + 3], values[i + 4])]
    elif before[0] == "RGBA" and blue_first(before) != blue_first(after):
        values = [
            v
            for i in range(0, len(values), 4)
            for v in (values[i + 2], values[i + 1], values[i], values[i + 3])
        ]
    return packed(values, after[1])


def blue_first(space):
    return space[1] in ("U8", "U16")


def units(data, space):
    """As numbers 0 … 1."""
    if space[1] == "F16":
        kind, most = "H", 1000  # the fake's own halves: thousandths
    else:
        kind, most = {"U8": ("B", 255), "U16": ("H", 65535), "F32": ("f", 1)}[space[1]]
    return [value / most for value in array(kind, data)]


def packed(values, depth):
    kind, most = {"U8": ("B", 255), "U16": ("H", 65535), "F16": ("H", 1000), "F32": ("f", 1)}[depth]
    return array(kind, values if depth == "F32" else [round(value * most) for value in values]).tobytes()


class Selection:
    def __init__(self, box, mask):
        self.box, self.mask = box, mask

    def x(self):
        return self.box[0]

    def y(self):
        return self.box[1]

    def width(self):
        return self.box[2]

    def height(self):
        return self.box[3]

    def pixelData(self, x, y, width, height):  # noqa: N802
        left, top, wide, high = self.box
        inside = [
            self.mask[(row - top) * wide + column - left]
            if left <= column < left + wide and top <= row < top + high
            else 0
            for row in range(y, y + height)
            for column in range(x, x + width)
        ]
        return bytes(inside)


class Document:
    """`paint` fills its one layer; the projection is the topmost visible layer that is painted."""

    def __init__(self, app, size, name="photo.png", space=("RGBA", "U8", SRGB)):
        self.app, self.size, self._name, self.space = app, tuple(size), name, space
        self.root = Node(self, "root", "grouplayer")
        self.undone, self.redone = [], []
        self._selection, self.active, self.locks = None, None, 0
        self.modified = self.closed = False
        self.resolution = 300.0

    def paint(self, data, name="Background"):
        node = Node(self, name, "paintlayer").put((0, 0, *self.size), data)
        self.root.children.append(node)
        node.parent = self.active = node.parent or self.root
        self.active = node
        return node

    def rooted(self, node):
        while node is not None and node is not self.root:
            node = node.parent
        return node is self.root

    def did(self, label, back, again):
        self.undone.append((label, back, again))
        self.redone.clear()

    def name(self):
        return self._name

    def setName(self, name):  # noqa: N802
        self._name = name

    def fileName(self):  # noqa: N802
        return f"/pictures/{self._name}"

    def width(self):
        return self.size[0]

    def height(self):
        return self.size[1]

    def xRes(self):  # noqa: N802
        return self.resolution

    def yRes(self):  # noqa: N802
        return self.resolution

    def colorModel(self):  # noqa: N802
        return self.space[0]

    def colorDepth(self):  # noqa: N802
        return self.space[1]

    def colorProfile(self):  # noqa: N802
        return self.space[2]

    def rootNode(self):  # noqa: N802
        return None if self.closed else self.root

    def activeNode(self):  # noqa: N802
        return self.active

    def setActiveNode(self, node):  # noqa: N802
        self.active = node

    def selection(self):
        return self._selection

    def pixelData(self, x, y, width, height):  # noqa: N802
        for node in reversed(self.root.children):
            if node.shown:
                data = node.projectionPixelData(x, y, width, height)
                if any(data):
                    return data
        return bytes(width * height * self.root.size)

    def createNode(self, name, kind):  # noqa: N802
        return Node(self, name, kind)

    def createGroupLayer(self, name):  # noqa: N802
        return Node(self, name, "grouplayer")

    def clone(self):
        twin = Document(self.app, self.size, self._name, self.space)
        twin.root = self.root.copy(twin)
        self.app.clones.append(twin)
        return twin

    def tryBarrierLock(self):  # noqa: N802
        self.locks += 1
        return self.locks > 1  # busy once, as Krita is after a change

    def unlock(self):
        pass

    def refreshProjection(self):  # noqa: N802
        pass

    def waitForDone(self):  # noqa: N802
        pass

    def scaleImage(self, width, height, xres, yres, strategy):  # noqa: N802
        before, after = self.size, (width, height)
        self.size = after
        self.did("Scale Image", lambda: setattr(self, "size", before), lambda: setattr(self, "size", after))

    def setModified(self, modified):  # noqa: N802
        self.modified = modified

    def setBatchmode(self, on):  # noqa: N802
        pass

    def close(self):
        self.closed = True
        self.app.opened = [one for one in self.app.opened if one is not self]
        return True

    def thumbnail(self, width, height):
        image = import_module("PyQt6.QtGui").QImage(
            width, height, import_module("PyQt6.QtGui").QImage.Format.Format_RGB32
        )
        image.fill(0x808080)
        return image
