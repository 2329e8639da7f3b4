"""The user's language: Krita's own setting decides. English is in the sources, German in a table beside it."""

from __future__ import annotations

import os

# What the plug-in says, in German, with the words of the window.

GERMAN = {
    # menu
    "Upscale…": "Vergrößern …",
    "Upscale Again": "Noch einmal vergrößern",
    "Open in Semantic Upscale": "In Semantic Upscale öffnen",
    "Engine…": "Rechenwerk …",
    "Settings…": "Einstellungen …",
    "Help": "Hilfe",
    "Copy Report": "Bericht kopieren",
    # form
    "Source": "Quelle",
    "Whole picture": "Ganzes Bild",
    "Active layer": "Aktive Ebene",
    "Selection": "Auswahl",
    "Size": "Größe",
    "Regions": "Bereiche",
    "Group “Upscale regions”": "Gruppe „Upscale-Bereiche“",
    "The selection": "Die Auswahl",
    "None": "Keine",
    "The selection is": "Die Auswahl ist",
    "Rest of the picture": "Rest des Bildes",
    "Detail": "Einzelheiten",
    "Clean up": "Säubern",
    "automatic": "automatisch",
    "Quality": "Güte",
    "Fine (slower)": "Fein (langsamer)",
    "The detail is drawn in many small steps instead of one. Takes several times as long.": (
        "Das Detail wird in vielen kleinen Schritten gezeichnet statt in einem. Dauert um ein Mehrfaches länger."
    ),
    "Result": "Ergebnis",
    "New document": "Neues Dokument",
    "New layer, same size": "Neue Ebene, gleiche Größe",
    "Resize this document": "Dieses Dokument vergrößern",
    "Faithful": "Treu",
    "Careful": "Vorsichtig",
    "Balanced": "Ausgewogen",
    "Rich": "Reich",
    "Inventive": "Erfinderisch",
    "Sides of the result against sides of the source.": "Seiten des Ergebnisses gegen Seiten der Quelle.",
    "How much new detail the engine may add where no region says otherwise. Faithful keeps what is in your picture; "
    "Inventive adds texture that was not there.": "Wie viel Neues hinzukommen darf, wo kein Bereich etwas anderes "
    "sagt. Treu behält, was im Bild ist; Erfinderisch fügt Struktur hinzu, die nicht da war.",
    "Shifts all regions together: less or more new detail everywhere.": "Verschiebt alle Bereiche zusammen: überall "
    "weniger oder mehr neue Einzelheiten.",
    "How much noise, blocks and blur may go. Automatic: the engine estimates it from the picture.": "Wie viel "
    "Rauschen, Klötzchen und Unschärfe verschwinden dürfen. Automatisch: das Rechenwerk schätzt es aus dem Bild.",
    "{width}×{height} px stay, with finer detail": "{width}×{height} px bleiben, mit feineren Einzelheiten",
    # dialog, docker
    "Upscale": "Vergrößern",
    "Cancel": "Abbrechen",
    "State": "Zustand",
    "One picture is being enlarged already.": "Ein Bild wird schon vergrößert.",
    "One picture is being enlarged already. Wait for it, or press Cancel.": "Ein Bild wird schon vergrößert. Warte "
    "darauf, oder drücke Abbrechen.",
    "Resize this document?": "Dieses Dokument vergrößern?",
    "Resize": "Vergrößern",
    "All layers of this document will be enlarged with it, and the result comes on top as a layer of its own. One undo "
    "takes it all back.": "Alle Ebenen dieses Dokuments werden mit vergrößert, und das Ergebnis kommt als eigene Ebene "
    "obenauf. Ein Rückgängig nimmt alles zurück.",
    "The docker could not be made.\n{words}": "Das Andockfenster ließ sich nicht bauen.\n{words}",
    "Open a picture first.": "Öffne zuerst ein Bild.",
    "Priority of {name}": "Priorität von {name}",
    "{name} (hidden)": "{name} (ausgeblendet)",
    "The layer is locked: nothing is invented there.": "Die Ebene ist gesperrt: dort wird nichts erfunden.",
    "Find objects": "Objekte finden",
    "Larger or smaller part": "Größerer oder kleinerer Teil",
    "Keep as region": "Als Bereich behalten",
    "object {number}": "Objekt {number}",
    "Click an object: left includes, right excludes, Shift adds to what is found.": "Klicke ein Objekt an: links nimmt "
    "dazu, rechts nimmt weg, Umschalt ergänzt das Gefundene.",
    "Picture for finding objects": "Bild zum Finden von Objekten",
    "Looking for objects…": "Objekte werden gesucht …",
    "Nothing found here.": "Hier wurde nichts gefunden.",
    "Click elsewhere, or paint the region on a layer.": "Klicke woanders, oder male den Bereich auf eine Ebene.",
    # preview and review
    "Preview": "Vorschau",
    "Apply to the picture": "Auf das Bild anwenden",
    "Discard": "Verwerfen",
    "Apply": "Anwenden",
    "Apply, and do not ask again": "Anwenden und nicht mehr fragen",
    "{title}: the result": "{title}: das Ergebnis",
    "This is the middle of the result. Press on it to see the picture as it is.": "Das ist die Mitte des Ergebnisses. "
    "Drücke darauf, um das Bild zu sehen, wie es ist.",
    "Click a spot, or draw a rectangle. Press on the result to see the picture as it is.": "Klicke eine Stelle an, "
    "oder zieh ein Rechteck auf. Drücke auf das Ergebnis, um das Bild zu sehen, wie es ist.",
    "Picture for choosing a spot": "Bild zum Wählen einer Stelle",
    "Result; press to see the picture as it is": "Ergebnis; drücken zeigt das Bild, wie es ist",
    "Making the preview…": "Die Vorschau entsteht …",
    "The result is ready.": "Das Ergebnis ist fertig.",
    "Discarded. Nothing was changed.": "Verworfen. Nichts wurde geändert.",
    # what is going on
    "Reading the picture…": "Das Bild wird gelesen …",
    "Looking for the engine…": "Das Rechenwerk wird gesucht …",
    "Sending the picture…": "Das Bild wird geschickt …",
    "Waiting for the engine…": "Warten auf das Rechenwerk …",
    "Waiting: {position} before this one.": "Warten: {position} davor.",
    "Working…": "In Arbeit …",
    "Bringing the result in…": "Das Ergebnis wird geholt …",
    "Tile {done} of {total} · {left}": "Kachel {done} von {total} · {left}",
    "{time} left": "noch {time}",
    "estimating the time…": "die Zeit wird geschätzt …",
    "Open in Semantic Upscale. Press “Send back” there when it is done.": "In Semantic Upscale geöffnet. Drücke dort "
    "„Zurückgeben“, wenn es fertig ist.",
    "Opening Semantic Upscale… What it sends back becomes a new document.": "Semantic Upscale wird geöffnet … Was "
    "zurückkommt, wird ein neues Dokument.",
    "Upscaling… The docker “Semantic Upscale” shows how far it is, and stops it.": "Wird vergrößert … Das "
    "Andockfenster „Semantic Upscale“ zeigt, wie weit es ist, und bricht ab.",
    "Done: “{name}”, {width}×{height} px.": "Fertig: „{name}“, {width}×{height} px.",
    "Done: the layer “{name}”. Undo takes it back.": "Fertig: die Ebene „{name}“. Rückgängig nimmt sie zurück.",
    "Done: this document is {width}×{height} px now. Undo takes it back.": "Fertig: dieses Dokument hat jetzt "
    "{width}×{height} px. Rückgängig nimmt es zurück.",
    "Stopped. Nothing was changed.": "Abgebrochen. Nichts wurde geändert.",
    "The document was closed, so the work was stopped.": "Das Dokument wurde geschlossen, darum wurde abgebrochen.",
    "The window of Semantic Upscale ended with a fault ({code}).": "Das Fenster von Semantic Upscale endete mit einem "
    "Fehler ({code}).",
    "Open Semantic Upscale by itself to see why, or use Upscale… here.": "Öffne Semantic Upscale für sich, um zu sehen "
    "warum, oder nimm hier Vergrößern …",
    # what does not fit
    "Only the selection comes back.": "Nur die Auswahl kommt zurück.",
    "Nothing is selected, so the whole picture was taken.": "Nichts ist ausgewählt, darum wurde das ganze "
    "Bild genommen.",
    "The selection lies outside the picture.": "Die Auswahl liegt außerhalb des Bildes.",
    "Select something inside it.": "Wähle etwas darin aus.",
    "No layer is chosen.": "Keine Ebene ist gewählt.",
    "Click a layer, or take the whole picture.": "Klicke eine Ebene an, oder nimm das ganze Bild.",
    "The layer “{name}” is empty.": "Die Ebene „{name}“ ist leer.",
    "Choose another layer, or take the whole picture.": "Wähle eine andere Ebene, oder nimm das ganze Bild.",
    "The layer “{name}” is hidden; it was read all the same.": "Die Ebene „{name}“ ist ausgeblendet; sie wurde "
    "trotzdem gelesen.",
    "“{name}” was read as it looks, with what is inside it.": "„{name}“ wurde gelesen, wie es aussieht, mit "
    "allem darin.",
    "The layer is no longer there.": "Die Ebene ist nicht mehr da.",
    "Choose another one.": "Wähle eine andere.",
    "Krita gave no pixels for this layer.": "Krita gab keine Bildpunkte für diese Ebene.",
    "Choose a paint layer, or the whole picture.": "Wähle eine Malebene, oder das ganze Bild.",
    "{model} pixels were sent as RGB; the result comes as RGB.": "{model}-Werte wurden als RGB geschickt; das Ergebnis "
    "kommt als RGB.",
    "{model} pixels were sent as RGB; the result was turned into {model} again.": "{model}-Werte wurden als RGB "
    "geschickt; das Ergebnis wurde wieder in {model} gewandelt.",
    "{width}×{height} px are {pixels:,.0f} MP; the engine takes {most:,.0f} MP at once.": "{width}×{height} px sind "
    "{pixels:,.0f} MP; das Rechenwerk nimmt {most:,.0f} MP auf einmal.",
    "Select a part of it, and choose the selection as source.": "Wähle einen Teil davon aus, und nimm die Auswahl als "
    "Quelle.",
    "The result would be {px:,d} px long; a document of Krita goes up to {most:,d}.": "Das Ergebnis wäre {px:,d} px "
    "lang; ein Dokument von Krita geht bis {most:,d}.",
    "Choose a smaller size, or a part of the picture.": "Wähle eine kleinere Größe, oder einen Teil des Bildes.",
    # engine, settings, report
    "{title}: engine": "{title}: Rechenwerk",
    "{title}: settings": "{title}: Einstellungen",
    "{title}: help": "{title}: Hilfe",
    "Start": "Starten",
    "Stop": "Anhalten",
    "It finishes the tile at work and leaves. It also leaves by itself when nobody needs it.": "Es macht die Kachel "
    "fertig, an der es ist, und geht. Es geht auch von selbst, wenn niemand es braucht.",
    "Log: {path}": "Protokoll: {path}",
    "It is looked for in {path}": "Gesucht wird es in {path}",
    "Ask before this document is resized": "Fragen, bevor dieses Dokument vergrößert wird",
    "Show the result before it goes into this document": "Das Ergebnis zeigen, bevor es in dieses Dokument kommt",
    "Used by Upscale Again and shown first by Upscale…": "Gilt für „Noch einmal vergrößern“ und steht zuerst in "
    "„Vergrößern …“",
    "○ Engine: not asked yet": "○ Rechenwerk: noch nicht gefragt",
    "○ Engine: off. It starts by itself when it is needed.": "○ Rechenwerk: aus. Es startet von selbst, wenn es "
    "gebraucht wird.",
    "◐ Engine: starting…": "◐ Rechenwerk: startet …",
    "● Engine: running · {device}": "● Rechenwerk: läuft · {device}",
    " · {waiting} in the queue": " · {waiting} warten",
    "▲ Engine: {words}": "▲ Rechenwerk: {words}",
    "The report was copied.": "Der Bericht wurde kopiert.",
    "Paste it where you ask for help. It names no picture and no person.": "Füge ihn ein, wo du um Hilfe bittest. Er "
    "nennt kein Bild und keinen Menschen.",
    "Something in the plug-in broke. Nothing was changed.": "Etwas in der Erweiterung ging kaputt. Nichts "
    "wurde geändert.",
    # what the bridge says
    "The engine stopped in the middle of the work. Nothing was changed.": "Das Rechenwerk hörte mitten in der Arbeit "
    "auf. Nichts wurde geändert.",
    "Press Upscale again; it starts anew.": "Drücke noch einmal Vergrößern; es startet neu.",
    "Start Semantic Upscale once, or run: semantic-upscale plugins install.": "Starte Semantic Upscale einmal, oder "
    "gib ein: semantic-upscale plugins install.",
    "Copy the report and send it to the authors.": "Kopiere den Bericht und schicke ihn den Autoren.",
    "The engine is not running, and nobody has told this program how to start it.": "Das Rechenwerk läuft nicht, und "
    "niemand hat diesem Programm gesagt, wie man es startet.",
    "Open Semantic Upscale once, or run `semantic-upscale serve` in a terminal, then try again.": "Öffne Semantic "
    "Upscale einmal, oder gib `semantic-upscale serve` in ein Terminal ein; dann versuche es noch einmal.",
}


TOLD = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def tr(text: str, **values: object) -> str:
    """The words in Krita's language, `values` in their places; English where there are no others."""
    said = GERMAN.get(text, text) if speaks_german() else text
    return said.format(**values) if values else said


def mark(text: str) -> str:
    """These words are said by `tr` later: they are a constant, or come from a thread."""
    return text


def speaks_german() -> bool:
    """Krita writes the language it speaks into the environment when it starts."""
    told = (os.environ.get(name, "") for name in TOLD)
    return next((one for one in told if one), "").startswith("de")
