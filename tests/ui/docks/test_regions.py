"""The panel of regions: rows follow the document, and every click is a verb that can be undone."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from ui_engine import FakeEngine
from ui_helpers import add_region, linked, open_document

from core.errors import InputError
from core.geometry import Box, Size
from core.regions.mask import Mask
from ui.disabled_reason import reason_of
from ui.docks import mask_files
from ui.docks.region_dials import PrioritySlider
from ui.docks.region_list import MIME, eye_place, lock_place
from ui.docks.regions import RegionsDock
from ui.model import scene


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def dock(engine, qtbot):
    with linked(engine) as link:
        document = open_document(qtbot)
        link.attach(document)
        dock = RegionsDock(document, link)
        dock.document, dock.link = document, link
        qtbot.addWidget(dock)
        dock.resize(300, 600)
        dock.show()
        yield dock


def titles(dock):
    return [dock.rows.index(row).data() for row in range(dock.rows.rowCount())]


def test_the_rest_of_the_picture_is_always_last_and_stays(dock):
    add_region(dock.document, name="Sky")
    add_region(dock.document, name="Face")
    assert titles(dock) == ["Face", "Sky", "Rest of the picture"]
    rest = dock.rows.index(2)
    assert not rest.flags() & (Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsEditable)


def test_without_regions_the_panel_says_what_that_means(dock):
    assert dock.empty.isVisible()
    assert "Balanced" in dock.empty.text()
    add_region(dock.document)
    assert not dock.empty.isVisible()


def test_a_row_is_read_aloud_in_whole_words(dock):
    add_region(dock.document, name="Face 1", priority=-2)
    words = dock.rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words == "Region Face 1, −2 Faithful, not locked, visible"


@pytest.mark.parametrize(("place", "field"), [(eye_place, "visible"), (lock_place, "locked")])
def test_eye_and_lock_are_clicked_in_the_row(dock, qtbot, place, field):
    add_region(dock.document)
    before = getattr(dock.document.scene.region, field)
    row = dock.list.visualRect(dock.rows.index(0))
    qtbot.mouseClick(dock.list.viewport(), Qt.MouseButton.LeftButton, pos=place(row).center())
    assert getattr(dock.document.scene.region, field) is not before
    dock.document.undo()
    assert getattr(dock.document.scene.region, field) is before


def test_digits_set_the_priority_of_the_chosen_row(dock, qtbot):
    add_region(dock.document)
    qtbot.keyClick(dock.list, Qt.Key.Key_5)
    assert dock.document.scene.region.priority == 2
    dock.list.setCurrentIndex(dock.rows.index(1))
    qtbot.keyClick(dock.list, Qt.Key.Key_1)
    assert dock.document.scene.regions.rest == -2


def test_choosing_a_row_selects_the_region_and_back(dock):
    add_region(dock.document, name="A")
    second = add_region(dock.document, name="B")
    dock.list.setCurrentIndex(dock.rows.index(1))
    assert dock.document.scene.region.name == "A"
    assert not dock.document.dirty or dock.document.undo_text == "Add region"
    dock.document.undo()
    assert dock.rows.row_of(second) == -1


def test_a_dragged_row_takes_its_new_place(dock):
    for name in ("C", "B", "A"):
        add_region(dock.document, name=name)
    data = QMimeData()
    data.setData(MIME, dock.rows.name_of(0).encode())
    dock.rows.dropMimeData(data, Qt.DropAction.MoveAction, 4, 0, dock.rows.index(-1))
    assert titles(dock) == ["B", "C", "A", "Rest of the picture"]


def test_a_name_is_edited_in_the_row(dock):
    add_region(dock.document)
    dock.rows.setData(dock.rows.index(0), "Grandma")
    assert dock.document.scene.region.name == "Grandma"
    assert not dock.rows.setData(dock.rows.index(1), "Rest?")


def test_the_slider_moves_in_five_steps_and_shows_any_value(qtbot):
    slider = PrioritySlider()
    qtbot.addWidget(slider)
    slider.resize(220, 40)
    chosen = []
    slider.priorityChosen.connect(chosen.append)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(205, 20))
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    slider.setPriority(0.55)
    assert chosen == [2.0, 1.0]
    assert slider.priority == 0.55


def test_feather_and_fine_value_are_verbs_of_the_chosen_region(dock):
    add_region(dock.document)
    dock.dials.feather.setValue(7)
    dock.dials.fine.setValue(-1.25)
    assert (dock.document.scene.region.feather_px, dock.document.scene.region.priority) == (7, -1.25)


def test_a_locked_region_cannot_be_grown_and_says_why(dock):
    add_region(dock.document)
    dock._toggle_lock(0)
    assert not dock.dials.grow.isEnabled()
    assert "locked" in reason_of(dock.dials.grow)
    dock.list.setCurrentIndex(dock.rows.index(1))
    assert "no edge" in reason_of(dock.dials.feather)


def test_suggestions_become_regions_only_when_accepted(dock, qtbot):
    with qtbot.waitSignal(dock.link.proposals, timeout=20_000):
        dock.buttons.suggest.click()
    assert len(dock.document.scene.regions) == 0
    assert [each.label for each in dock.suggestions.left] == ["Face", "Sky"]
    dock.suggestions.accept_all()
    assert [(r.name, r.priority) for r in dock.document.scene.regions] == [("Face", -2), ("Sky", 1)]
    dock.document.undo()
    assert len(dock.document.scene.regions) == 0


def test_everything_is_offered_as_outlines_and_can_be_dismissed(dock, qtbot):
    with qtbot.waitSignal(dock.outlinesOffered, timeout=20_000) as heard:
        dock.buttons.everything.click()
    assert len(heard.args[0]) == 5
    with qtbot.waitSignal(dock.outlinesOffered) as heard:
        dock.suggestions.dismiss_all()
    assert heard.args[0] == []
    assert not dock.suggestions.isVisible()


def test_added_detail_is_shown_for_each_region_as_long_as_it_is_the_one_of_the_run(dock):
    identity = add_region(dock.document, name="Tree")
    job = dock.link.run()
    dock.show_added(
        {"job": job, "regions": [{"name": "Tree", "share": 0.34}, {"name": "Rest", "share": 0.1}]}
    )
    assert under(dock) == "Balanced · added detail 34 %"
    dock.document.apply("Priority", scene.set_priority(dock.document.scene, identity, 2.0))
    assert "added" not in under(dock)
    dock.document.undo()
    assert under(dock) == "Balanced · added detail 34 %"


def under(dock):
    return dock.list.itemDelegate()._under(dock.rows.index(0), 0.0, lambda _: True)


def test_without_regions_the_panel_says_what_the_rest_is(dock):
    dock.document.apply("Priority", scene.set_priority(dock.document.scene, "rest", 2.0))
    assert "Inventive" in dock.empty.text()


def test_dropped_masks_become_regions(dock, tmp_path, qtbot):
    path = tmp_path / "tree.png"
    Image.fromarray(Mask.filled(Box(1, 2, 5, 6)).in_box(Box(0, 0, 40, 30)).astype(np.uint8) * 255).save(path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    dock.import_files([path])
    assert dock.document.scene.region.name == "tree"
    assert dock.document.scene.region.mask.box == Box(1, 2, 5, 6)


def test_a_mask_of_another_size_is_told_and_changes_nothing(dock, tmp_path, qtbot):
    path = tmp_path / "small.png"
    Image.fromarray(np.full((5, 5), 255, np.uint8)).save(path)
    with qtbot.waitSignal(dock.trouble) as heard:
        dock.import_files([path])
    assert "5×5" in heard.args[0]
    assert len(dock.document.scene.regions) == 0


@pytest.mark.parametrize(("how", "name"), [("coco", "m.json"), ("labels", "m.png")])
def test_masks_come_back_as_they_were_exported(dock, tmp_path, how, name):
    add_region(dock.document, (2, 3, 4, 5), "A", 1.5)
    add_region(dock.document, (20, 3, 9, 9), "B")
    dock.export(tmp_path / name, how)
    found = mask_files.import_masks(tmp_path / name, Size(40, 30))
    assert [each.mask for each in found] == [region.mask for region in dock.document.scene.regions]
    if how == "coco":
        assert [(each.name, each.priority) for each in found] == [("B", 0.0), ("A", 1.5)]


def test_a_png_for_each_region_replaces_nothing(dock, tmp_path):
    (tmp_path / "A.png").write_bytes(b"mine")
    add_region(dock.document, name="A")
    dock.export(tmp_path / "any.png", "each")
    assert (tmp_path / "A.png").read_bytes() == b"mine"
    assert mask_files.import_masks(tmp_path / "A-2.png", Size(40, 30))[0].mask.area == 64


@settings(max_examples=40, deadline=None)
@given(arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_run_lengths_round_trip(pixels):
    size = Size(pixels.shape[1], pixels.shape[0])
    mask = Mask.of(pixels)
    assert mask_files.from_run_lengths(mask_files.run_lengths(mask, size), size) == mask


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"annotations": [{}]}', "nonsense", '{"annotations": [{"segmentation": 3}]}']
)
def test_strange_json_is_told(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(InputError):
        mask_files.import_masks(path, Size(4, 4))


def test_coco_polygons_are_read(tmp_path):
    note = {"category_id": 7, "segmentation": [[0, 0, 4, 0, 4, 4, 0, 4]]}
    (tmp_path / "a.json").write_text(
        json.dumps({"categories": [{"id": 7, "name": "cat"}], "annotations": [note]})
    )
    (found,) = mask_files.import_masks(tmp_path / "a.json", Size(9, 9))
    assert (found.name, found.mask.area) == ("cat", 16)
