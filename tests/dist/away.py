"""Run by a fresh environment that knows only the wheel: the program works without its repository.

No test of pytest's: `make dist-check` runs it with `python -I`, and it ends with 1 at the first thing that fails.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
WINDOW = """
from PySide6.QtWidgets import QApplication
from ui.main_window import MainWindow
from ui.settings import Settings
app = QApplication([])
window = MainWindow(Settings())
window.show()
app.processEvents()
shown = window.grab().toImage()
assert shown.width() > 600 and len({shown.pixel(x, 300) for x in range(0, 600, 7)}) > 3, "an empty window"
print("window", shown.width(), shown.height(), flush=True)
os._exit(0)
"""


def run(*command: str, **environment: str) -> str:
    """What a command printed; its words and exit status where it failed."""
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def main() -> None:
    """Everything, one after the other."""
    import core
    import resources

    where = Path(core.__file__).resolve()
    if REPOSITORY in where.parents and "site-packages" not in where.parts:
        sys.exit(f"{where} is the repository, not the wheel.")
    with tempfile.TemporaryDirectory() as folder:
        home = {"SEMANTIC_UPSCALE_HOME": f"{folder}/home", "QT_QPA_PLATFORM": "offscreen"}
        program = str(BIN / "semantic-upscale")
        print(run(program, "version", **home).strip())
        print(run(program, "doctor", **home).splitlines()[-1])
        samples = resources.FOLDER / "samples"
        picture = ["upscale", str(samples / "chelsea.jpg"), "--regions", str(samples / "chelsea.suproj")]
        print(run(program, *picture, "-o", f"{folder}/out.png", **home).strip())
        print(run(program, "models", "list", "--json", **home).splitlines()[0])
        print(run(sys.executable, "-I", "-c", "import os\n" + WINDOW, **home).strip())
        print("The wheel works on its own.")


if __name__ == "__main__":
    main()
