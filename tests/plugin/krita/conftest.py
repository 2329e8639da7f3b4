"""A small Krita, an engine by script, and the plug-in between them."""

from importlib import import_module

import fake_krita
import pytest
from fake_engine import FakeBridge


@pytest.fixture
def krita(monkeypatch):
    """The small Krita's app."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    app = fake_krita.install(monkeypatch)
    app.settings["semantic_upscale", "review"] = "false"  # the tests that review ask for it
    return app


@pytest.fixture
def engine(krita, monkeypatch):
    """An engine that answers as scripted."""
    del krita
    bridge = FakeBridge()
    for name in ("engine_calls", "find", "watch"):
        monkeypatch.setattr(import_module(f"plugin.krita.{name}"), "connect", bridge.connect)
    monkeypatch.setattr(import_module("plugin.krita.watch"), "find", lambda name: bridge)
    monkeypatch.setattr(
        import_module("plugin.krita.engine_calls"), "open_window", lambda handoff: bridge.window
    )
    return bridge


@pytest.fixture
def desk(engine):
    """The plug-in's memory."""
    del engine
    return import_module("plugin.krita.state").PluginState()


@pytest.fixture
def extension(krita, engine, qtbot):
    made = import_module("plugin.krita.extension").register()
    made.setup()
    made.createActions(krita.window)
    yield made
    made.watch.often.stop()
    made.watch.timer.stop()


@pytest.fixture
def docker(krita, extension, qtbot):
    made = krita.factories[0].make()
    qtbot.addWidget(made)
    made.setObjectName("semantic_upscale_docker")
    krita.docks.append(made)
    made.show()
    yield made
    made.timer.stop()
