"""The zip of `make plugins`, through Krita's own importer, and what the plug-in then does."""

import subprocess
import sys

import pytest
from hosts import krita_rig, krita_tools

pytestmark = [
    pytest.mark.hosts,
    pytest.mark.skipif(bool(krita_rig.missing()), reason=f"not installed here: {krita_rig.missing()}"),
    pytest.mark.timeout(1200),
]
# Krita's entry asks by windows of its own; what it does between them is done here, by its own code.
IMPORT = """
from plugin_importer.plugin_importer import PluginImporter
asked = []
importer = PluginImporter({path!r}, app.getAppDataLocation(), lambda plugin: asked.append(plugin["ui_name"]) or True)
found = importer.import_all()
for plugin in found:
    app.writeSetting("python", "enable_" + plugin["name"], "true")
answer = [[plugin["name"], plugin["ui_name"]] for plugin in found]
"""


@pytest.fixture(scope="module")
def rig(home, krita_folder):
    """A Krita whose user has never run `plugins install`, but the program once."""
    command = [sys.executable, "-c", "from core.engine_location import record_command; record_command()"]
    environment = krita_tools.engine_environment(home)
    subprocess.run(command, cwd=krita_tools.ROOT, env=environment, check=True, timeout=120)
    with krita_rig.screen() as display:
        made = krita_rig.Rig(krita_folder, display, {"SEMANTIC_UPSCALE_HOME": str(home)})
        krita_tools.forget(made)
        try:
            yield made
        finally:
            made.kill()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """As `make plugins` leaves it in dist/."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "core.plugins.pack", "9.9.9", "--folder", str(folder)]
    subprocess.run(command, cwd=krita_tools.ROOT, check=True, timeout=60, capture_output=True)
    return folder / "semantic-upscale-krita-9.9.9.zip"


def test_the_zip_is_imported_by_krita_and_works_after_a_restart_in_its_language(rig, archive):
    rig.start()
    assert rig.run("answer = app.action('semantic_upscale_upscale') is None")
    assert rig.run(IMPORT.format(path=str(archive))) == [["semantic_upscale", "Semantic Upscale"]]
    assert rig.quit() == 0
    language = rig.folder / "config/klanguageoverridesrc"  # Settings ▸ Switch Application Language
    language.write_text("[Language]\nkrita=de\n")
    rig = krita_rig.Rig(rig.folder, rig.display, rig.more)
    try:
        rig.start()
        rig.run(krita_tools.WORDS)
        assert rig.run("answer = app.action('semantic_upscale_again').text()") == "Noch einmal vergrößern"
        rig.run("document = opened((40, 30))")
        assert krita_tools.run_on(rig, "document", "Wish(scale=2.0, clean_up=0.0)")[0] == "done"
        assert rig.run("answer = [app.documents()[-1].width(), app.documents()[-1].height()]") == [80, 60]
        assert rig.run(IMPORT.format(path=str(archive)) + "answer = asked") == ["Semantic Upscale"]
        assert rig.quit() == 0
    finally:
        rig.kill()
        language.unlink()
