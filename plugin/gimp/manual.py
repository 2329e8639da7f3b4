"""The page behind Help."""

from __future__ import annotations

TEXT = """Upscale…
Choose what is enlarged (the whole picture, the layer, the selection), how much, and where the result goes: a \
new image with the original below it, a new layer of the same size, or this image resized. Nothing changes \
before the result is there; then it is one step in the undo history. A result that you do not like: close the \
new image, or press Ctrl+Z.

Regions
Save a selection as a channel (Select ▸ Save to Channel) and call it "su:-2 face". −2 Faithful keeps what is \
there, −1 Careful, 0 Balanced, +1 Rich, +2 Inventive draws new detail; "su: rich sky" is understood too. The \
upper channel wins where two overlap. The rest of the picture has a priority of its own. Or take the selection \
itself as a region.

Upscale Again
The last choices once more, without asking. Settings… shows them and can forget them. In the dialog of Upscale…, \
the menu beside Reset keeps choices under a name and brings them back.

Open in Semantic Upscale
The picture goes to the program's own window, with its channels as regions. Press “Send back” there: the result \
becomes a new image here.

While it works
GIMP stays usable. Cancel beside the progress bar stops the work at once and changes nothing.

The engine
The work is done by the Semantic Upscale program on this computer, which is started by itself. If it cannot be \
started: open Semantic Upscale once, or run "semantic-upscale plugins install gimp" in a terminal. Engine ▸ \
State says how it is; Copy report helps where nothing else does.

Scripts
The procedures are "semantic-upscale", "semantic-upscale-open" and those of the engine; Help ▸ Procedure Browser \
lists their arguments."""
