<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
    <context>
        <name>AboutDialog</name>
        <message>
            <source>About and licences</source>
            <translation>Über das Programm und Lizenzen</translation>
        </message>
        <message>
            <source>Paint where it may invent, mark what must stay true, press Upscale.</source>
            <translation>Male, wo erfunden werden darf, markiere, was wahr bleiben muss, drücke Vergrößern.</translation>
        </message>
        <message>
            <source>Your pictures stay on this computer. No account. Nothing is sent.</source>
            <translation>Deine Bilder bleiben auf diesem Rechner. Kein Konto. Nichts wird gesendet.</translation>
        </message>
        <message>
            <source>Licences</source>
            <translation>Lizenzen</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
        <message>
            <source>Semantic Upscale and its bundled model are under the Apache License 2.0.</source>
            <translation>Semantic Upscale und das mitgelieferte Modell stehen unter der Apache-Lizenz 2.0.</translation>
        </message>
        <message>
            <source>“Find objects” can use Segment Anything (Kirillov and others, 2023) and MobileSAM (Zhang and others, 2023), code and weights under Apache-2.0.</source>
            <translation>„Objekte finden“ kann Segment Anything (Kirillov und andere, 2023) und MobileSAM (Zhang und andere, 2023) verwenden, Code und Gewichte unter Apache-2.0.</translation>
        </message>
        <message>
            <source>Sample pictures: Chelsea by Stéfan van der Walt, coffee by Rachel Michetti, both CC0 1.0, from scikit-image.</source>
            <translation>Beispielbilder: Chelsea von Stéfan van der Walt, Kaffee von Rachel Michetti, beide CC0 1.0, aus scikit-image.</translation>
        </message>
        <message>
            <source>Qt and PySide6 are used under the LGPL-3.0; their libraries lie in the environment and can be replaced.</source>
            <translation>Qt und PySide6 werden unter der LGPL-3.0 verwendet; ihre Bibliotheken liegen in der Umgebung und können ausgetauscht werden.</translation>
        </message>
    </context>
    <context>
        <name>Actions</name>
        <message>
            <source>&amp;Open…</source>
            <translation>&amp;Öffnen …</translation>
        </message>
        <message>
            <source>&amp;Paste as a new picture</source>
            <translation>Als neues Bild &amp;einfügen</translation>
        </message>
        <message>
            <source>Open the sample pic&amp;ture</source>
            <translation>&amp;Beispielbild öffnen</translation>
        </message>
        <message>
            <source>&amp;Save project</source>
            <translation>Projekt &amp;speichern</translation>
        </message>
        <message>
            <source>Save project &amp;as…</source>
            <translation>Projekt speichern &amp;unter …</translation>
        </message>
        <message>
            <source>Send &amp;back to the editor</source>
            <translation>An den Editor &amp;zurückgeben</translation>
        </message>
        <message>
            <source>&amp;Many pictures…</source>
            <translation>Viele Bil&amp;der …</translation>
        </message>
        <message>
            <source>&amp;Close the picture</source>
            <translation>Bild s&amp;chließen</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>&amp;Beenden</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>&amp;Rückgängig</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>&amp;Wiederholen</translation>
        </message>
        <message>
            <source>&amp;Copy the enlarged picture</source>
            <translation>Vergrößertes Bild &amp;kopieren</translation>
        </message>
        <message>
            <source>&amp;Settings…</source>
            <translation>&amp;Einstellungen …</translation>
        </message>
        <message>
            <source>&amp;Keys…</source>
            <translation>&amp;Tasten …</translation>
        </message>
        <message>
            <source>&amp;Find objects</source>
            <translation>Objekte &amp;finden</translation>
        </message>
        <message>
            <source>Click what must stay true, or may be invented. Right click takes away, a drag draws a box.</source>
            <translation>Klicke an, was wahr bleiben muss oder erfunden werden darf. Rechtsklick nimmt weg, Ziehen zeichnet einen Kasten.</translation>
        </message>
        <message>
            <source>&amp;Brush</source>
            <translation>&amp;Pinsel</translation>
        </message>
        <message>
            <source>Paint on the chosen region, or a new one.</source>
            <translation>Am gewählten Bereich malen, oder einen neuen.</translation>
        </message>
        <message>
            <source>&amp;Eraser</source>
            <translation>&amp;Radierer</translation>
        </message>
        <message>
            <source>Take away from the chosen region.</source>
            <translation>Vom gewählten Bereich wegnehmen.</translation>
        </message>
        <message>
            <source>&amp;Lasso</source>
            <translation>&amp;Lasso</translation>
        </message>
        <message>
            <source>Draw around it.</source>
            <translation>Außen herum zeichnen.</translation>
        </message>
        <message>
            <source>&amp;Polygon</source>
            <translation>Viel&amp;eck</translation>
        </message>
        <message>
            <source>Click corner after corner; Enter closes.</source>
            <translation>Ecke um Ecke klicken; Enter schließt ab.</translation>
        </message>
        <message>
            <source>&amp;Rectangle</source>
            <translation>Rech&amp;teck</translation>
        </message>
        <message>
            <source>Drag from corner to corner.</source>
            <translation>Von Ecke zu Ecke ziehen.</translation>
        </message>
        <message>
            <source>Ell&amp;ipse</source>
            <translation>Ell&amp;ipse</translation>
        </message>
        <message>
            <source>&amp;Hand</source>
            <translation>&amp;Hand</translation>
        </message>
        <message>
            <source>Move the picture; press and wait to see the original.</source>
            <translation>Das Bild verschieben; gedrückt halten zeigt das Original.</translation>
        </message>
        <message>
            <source>&amp;Zoom</source>
            <translation>&amp;Zoom</translation>
        </message>
        <message>
            <source>Click to come nearer, Alt and click for a preview of the spot.</source>
            <translation>Klicken geht näher heran, Alt und Klick zeigt eine Vorschau der Stelle.</translation>
        </message>
        <message>
            <source>Smaller brush</source>
            <translation>Kleinerer Pinsel</translation>
        </message>
        <message>
            <source>Bigger brush</source>
            <translation>Größerer Pinsel</translation>
        </message>
        <message>
            <source>Softer brush</source>
            <translation>Weicherer Pinsel</translation>
        </message>
        <message>
            <source>Harder brush</source>
            <translation>Härterer Pinsel</translation>
        </message>
        <message>
            <source>Swap add and remove</source>
            <translation>Hinzufügen und Wegnehmen tauschen</translation>
        </message>
        <message>
            <source>Accept the shape</source>
            <translation>Form übernehmen</translation>
        </message>
        <message>
            <source>Throw the shape away</source>
            <translation>Form verwerfen</translation>
        </message>
        <message>
            <source>Remove the last point</source>
            <translation>Letzten Punkt entfernen</translation>
        </message>
        <message>
            <source>Rather the part</source>
            <translation>Eher der Teil</translation>
        </message>
        <message>
            <source>Rather the whole</source>
            <translation>Eher das Ganze</translation>
        </message>
        <message>
            <source>Move the picture</source>
            <translation>Bild verschieben</translation>
        </message>
        <message>
            <source>Show all objects</source>
            <translation>Alle Objekte zeigen</translation>
        </message>
        <message>
            <source>Show the original</source>
            <translation>Original zeigen</translation>
        </message>
        <message>
            <source>Zoom &amp;in</source>
            <translation>&amp;Näher heran</translation>
        </message>
        <message>
            <source>Zoom &amp;out</source>
            <translation>&amp;Weiter weg</translation>
        </message>
        <message>
            <source>&amp;Fit the window</source>
            <translation>Ins &amp;Fenster einpassen</translation>
        </message>
        <message>
            <source>&amp;100 %</source>
            <translation>&amp;100 %</translation>
        </message>
        <message>
            <source>Show the &amp;regions</source>
            <translation>&amp;Bereiche zeigen</translation>
        </message>
        <message>
            <source>&amp;Next overlay: colour, map, off</source>
            <translation>Nächste &amp;Anzeige: Farbe, Karte, aus</translation>
        </message>
        <message>
            <source>Show the &amp;legend</source>
            <translation>&amp;Legende zeigen</translation>
        </message>
        <message>
            <source>&amp;Compare in the next way</source>
            <translation>Auf die nächste Art &amp;vergleichen</translation>
        </message>
        <message>
            <source>The result alon&amp;e</source>
            <translation>Nur das &amp;Ergebnis</translation>
        </message>
        <message>
            <source>&amp;Split</source>
            <translation>&amp;Geteilt</translation>
        </message>
        <message>
            <source>Si&amp;de by side</source>
            <translation>Neben&amp;einander</translation>
        </message>
        <message>
            <source>Lo&amp;upe</source>
            <translation>L&amp;upe</translation>
        </message>
        <message>
            <source>What was &amp;added</source>
            <translation>Was &amp;hinzukam</translation>
        </message>
        <message>
            <source>Bright = the engine made this up.</source>
            <translation>Hell = das hat das Programm erfunden.</translation>
        </message>
        <message>
            <source>Find &amp;everything</source>
            <translation>&amp;Alles finden</translation>
        </message>
        <message>
            <source>&amp;Suggest priorities</source>
            <translation>Prioritäten vor&amp;schlagen</translation>
        </message>
        <message>
            <source>&amp;Next region</source>
            <translation>&amp;Nächster Bereich</translation>
        </message>
        <message>
            <source>Ren&amp;ame…</source>
            <translation>&amp;Umbenennen …</translation>
        </message>
        <message>
            <source>&amp;Duplicate</source>
            <translation>Ver&amp;doppeln</translation>
        </message>
        <message>
            <source>De&amp;lete</source>
            <translation>&amp;Löschen</translation>
        </message>
        <message>
            <source>&amp;Merge with the one below</source>
            <translation>Mit dem darunter &amp;vereinen</translation>
        </message>
        <message>
            <source>&amp;Invert</source>
            <translation>U&amp;mkehren</translation>
        </message>
        <message>
            <source>Choose n&amp;one</source>
            <translation>&amp;Keinen wählen</translation>
        </message>
        <message>
            <source>&amp;Grow</source>
            <translation>&amp;Wachsen</translation>
        </message>
        <message>
            <source>Shrin&amp;k</source>
            <translation>&amp;Schrumpfen</translation>
        </message>
        <message>
            <source>Smoo&amp;th</source>
            <translation>&amp;Glätten</translation>
        </message>
        <message>
            <source>&amp;Fill the gaps</source>
            <translation>&amp;Lücken füllen</translation>
        </message>
        <message>
            <source>&amp;Remove what lies under</source>
            <translation>Was darunter liegt, &amp;entfernen</translation>
        </message>
        <message>
            <source>−2 Faithful</source>
            <translation>−2 Treu</translation>
        </message>
        <message>
            <source>−1 Careful</source>
            <translation>−1 Vorsichtig</translation>
        </message>
        <message>
            <source>0 Balanced</source>
            <translation>0 Ausgewogen</translation>
        </message>
        <message>
            <source>+1 Rich</source>
            <translation>+1 Reich</translation>
        </message>
        <message>
            <source>+2 Inventive</source>
            <translation>+2 Erfinderisch</translation>
        </message>
        <message>
            <source>Import a mas&amp;k…</source>
            <translation>Mas&amp;ke einlesen …</translation>
        </message>
        <message>
            <source>E&amp;xport the masks…</source>
            <translation>Masken aus&amp;geben …</translation>
        </message>
        <message>
            <source>&amp;Upscale</source>
            <translation>Ver&amp;größern</translation>
        </message>
        <message>
            <source>&amp;Preview spot</source>
            <translation>Stelle &amp;vorab zeigen</translation>
        </message>
        <message>
            <source>&amp;Cancel</source>
            <translation>&amp;Abbrechen</translation>
        </message>
        <message>
            <source>P&amp;ause the queue</source>
            <translation>Warteschlange an&amp;halten</translation>
        </message>
        <message>
            <source>&amp;Start the engine</source>
            <translation>Rechenwerk &amp;starten</translation>
        </message>
        <message>
            <source>S&amp;top the engine</source>
            <translation>Rechenwerk an&amp;halten</translation>
        </message>
        <message>
            <source>&amp;Models…</source>
            <translation>&amp;Modelle …</translation>
        </message>
        <message>
            <source>Show the &amp;panels</source>
            <translation>&amp;Bedienfelder zeigen</translation>
        </message>
        <message>
            <source>&amp;Full screen</source>
            <translation>&amp;Vollbild</translation>
        </message>
        <message>
            <source>Put everything in its plac&amp;e</source>
            <translation>Alles an seinen &amp;Platz</translation>
        </message>
        <message>
            <source>&amp;Keys</source>
            <translation>&amp;Tasten</translation>
        </message>
        <message>
            <source>&amp;Welcome page</source>
            <translation>&amp;Startseite</translation>
        </message>
        <message>
            <source>Copy &amp;report</source>
            <translation>&amp;Bericht kopieren</translation>
        </message>
        <message>
            <source>&amp;About and licences</source>
            <translation>Ü&amp;ber das Programm und Lizenzen</translation>
        </message>
        <message>
            <source>&amp;File</source>
            <translation>&amp;Datei</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>&amp;Bearbeiten</translation>
        </message>
        <message>
            <source>&amp;Tools</source>
            <translation>&amp;Werkzeuge</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>&amp;Ansicht</translation>
        </message>
        <message>
            <source>&amp;Regions</source>
            <translation>Be&amp;reiche</translation>
        </message>
        <message>
            <source>&amp;Priority</source>
            <translation>&amp;Priorität</translation>
        </message>
        <message>
            <source>S&amp;hape</source>
            <translation>&amp;Form</translation>
        </message>
        <message>
            <source>&amp;Window</source>
            <translation>&amp;Fenster</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>&amp;Hilfe</translation>
        </message>
        <message>
            <source>By one pixel of the picture; with Shift by ten.</source>
            <translation>Um einen Bildpunkt; mit Umschalt um zehn.</translation>
        </message>
        <message>
            <source>Exclude what lies under the crosshair</source>
            <translation>Ausschließen, was unter dem Fadenkreuz liegt</translation>
        </message>
        <message>
            <source>Crosshair to the left</source>
            <translation>Fadenkreuz nach links</translation>
        </message>
        <message>
            <source>Crosshair to the right</source>
            <translation>Fadenkreuz nach rechts</translation>
        </message>
        <message>
            <source>Crosshair up</source>
            <translation>Fadenkreuz nach oben</translation>
        </message>
        <message>
            <source>Crosshair down</source>
            <translation>Fadenkreuz nach unten</translation>
        </message>
        <message>
            <source>Split line to the left</source>
            <translation>Trennlinie nach links</translation>
        </message>
        <message>
            <source>Split line to the right</source>
            <translation>Trennlinie nach rechts</translation>
        </message>
        <message>
            <source>Show the &amp;tips</source>
            <translation>&amp;Tipps zeigen</translation>
        </message>
        <message>
            <source>Krita and &amp;GIMP…</source>
            <translation>Krita und &amp;GIMP …</translation>
        </message>
        <message>
            <source>Put Semantic Upscale into their menus, or take it out.</source>
            <translation>Semantic Upscale in ihre Menüs setzen oder herausnehmen.</translation>
        </message>
        <message>
            <source>&amp;Go to the panels, or back to the picture</source>
            <translation>Zu den Bedienfeldern &amp;gehen, oder zurück zum Bild</translation>
        </message>
        <message>
            <source>On the picture Tab shows and hides them; in a panel it goes to the next control.</source>
            <translation>Auf dem Bild zeigt und verbirgt Tab sie; in einem Bedienfeld geht es zum nächsten Bedienelement.</translation>
        </message>
        <message>
            <source>Beside its source, under a name that no other file has.</source>
            <translation>Neben seiner Quelle, unter einem Namen, den keine andere Datei hat.</translation>
        </message>
        <message>
            <source>Save the &amp;enlarged picture</source>
            <translation>Das v&amp;ergrößerte Bild speichern</translation>
        </message>
        <message>
            <source>Save the enlarged picture e&amp;lsewhere…</source>
            <translation>Das vergrößerte Bild &amp;anderswo speichern …</translation>
        </message>
        <message>
            <source>Sho&amp;w it in its folder</source>
            <translation>Im Ordner &amp;zeigen</translation>
        </message>
        <message>
            <source>&amp;Detail and clean-up</source>
            <translation>&amp;Einzelheiten und Säubern</translation>
        </message>
        <message>
            <source>&amp;Less detail</source>
            <translation>&amp;Weniger Einzelheiten</translation>
        </message>
        <message>
            <source>&amp;More detail</source>
            <translation>&amp;Mehr Einzelheiten</translation>
        </message>
        <message>
            <source>Clean up a&amp;utomatically</source>
            <translation>&amp;Automatisch säubern</translation>
        </message>
        <message>
            <source>Clean up l&amp;ess</source>
            <translation>Weniger s&amp;äubern</translation>
        </message>
        <message>
            <source>Clean up m&amp;ore</source>
            <translation>Mehr &amp;säubern</translation>
        </message>
        <message>
            <source>Format of the &amp;file</source>
            <translation>&amp;Format der Datei</translation>
        </message>
        <message>
            <source>Goes to the choices of format, depth and quality.</source>
            <translation>Geht zur Wahl von Format, Tiefe und Qualität.</translation>
        </message>
        <message>
            <source>Pre&amp;vious region</source>
            <translation>&amp;Voriger Bereich</translation>
        </message>
        <message>
            <source>Si&amp;ze</source>
            <translation>&amp;Größe</translation>
        </message>
        <message>
            <source>×&amp;2</source>
            <translation>×&amp;2</translation>
        </message>
        <message>
            <source>×&amp;3</source>
            <translation>×&amp;3</translation>
        </message>
        <message>
            <source>×&amp;4</source>
            <translation>×&amp;4</translation>
        </message>
    </context>
    <context>
        <name>BatchDialog</name>
        <message>
            <source>Many pictures</source>
            <translation>Viele Bilder</translation>
        </message>
        <message>
            <source>Drop files or folders. Subfolders are kept.</source>
            <translation>Dateien oder Ordner hierher ziehen. Unterordner bleiben erhalten.</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>Größe</translation>
        </message>
        <message>
            <source>Faces</source>
            <translation>Gesichter</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>Schrift</translation>
        </message>
        <message>
            <source>Rest</source>
            <translation>Rest</translation>
        </message>
        <message>
            <source>Use the regions saved beside each picture</source>
            <translation>Die neben jedem Bild gespeicherten Bereiche verwenden</translation>
        </message>
        <message>
            <source>Skip what is there already</source>
            <translation>Überspringen, was schon da ist</translation>
        </message>
        <message>
            <source>Add…</source>
            <translation>Hinzufügen …</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>Starten</translation>
        </message>
        <message>
            <source>Open report</source>
            <translation>Bericht öffnen</translation>
        </message>
        <message>
            <source>Pictures of the batch</source>
            <translation>Bilder des Stapels</translation>
        </message>
        <message>
            <source>Add pictures</source>
            <translation>Bilder hinzufügen</translation>
        </message>
        <message>
            <source>State of the batch</source>
            <translation>Stand des Stapels</translation>
        </message>
        <message>
            <source>Progress of the batch</source>
            <translation>Fortschritt des Stapels</translation>
        </message>
        <message>
            <source>Pictures ({kinds})</source>
            <translation>Bilder ({kinds})</translation>
        </message>
        <message>
            <source>Where the enlarged pictures go</source>
            <translation>Wohin die vergrößerten Bilder kommen</translation>
        </message>
        <message>
            <source>It stops after this tile.</source>
            <translation>Hält nach dieser Kachel an.</translation>
        </message>
        <message>
            <source>beside each picture</source>
            <translation>neben jedes Bild</translation>
        </message>
        <message>
            <source>Where: {folder}</source>
            <translation>Wohin: {folder}</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Anhalten</translation>
        </message>
        <message>
            <source>Stop the batch</source>
            <translation>Stapel anhalten</translation>
        </message>
        <message>
            <source>Start the batch</source>
            <translation>Stapel starten</translation>
        </message>
        <message>
            <source>There is a report when the batch has ended.</source>
            <translation>Einen Bericht gibt es, wenn der Stapel fertig ist.</translation>
        </message>
        <message>
            <source>The batch is under way. Stop it first.</source>
            <translation>Der Stapel läuft. Halte ihn zuerst an.</translation>
        </message>
        <message>
            <source>Nothing waits. Drop files or folders.</source>
            <translation>Nichts wartet. Ziehe Dateien oder Ordner hierher.</translation>
        </message>
        <message numerus="yes">
            <source>%n pictures</source>
            <translation>
                <numerusform>%n Bild</numerusform>
                <numerusform>%n Bilder</numerusform>
            </translation>
        </message>
        <message>
            <source>time is known after the first picture</source>
            <translation>Zeit nach dem ersten Bild bekannt</translation>
        </message>
        <message>
            <source>about {needed} of {free} on the disk</source>
            <translation>etwa {needed} von {free} auf der Platte</translation>
        </message>
        <message>
            <source>Choices of the batch</source>
            <translation>Einstellungen des Stapels</translation>
        </message>
        <message>
            <source>Detail</source>
            <translation>Einzelheiten</translation>
        </message>
        <message>
            <source>Clean up</source>
            <translation>Säubern</translation>
        </message>
        <message>
            <source>automatic</source>
            <translation>automatisch</translation>
        </message>
        <message>
            <source>Add folder…</source>
            <translation>Ordner hinzufügen …</translation>
        </message>
        <message>
            <source>Add a folder with all that is below it</source>
            <translation>Einen Ordner mit allem darunter hinzufügen</translation>
        </message>
        <message>
            <source>Add a folder</source>
            <translation>Einen Ordner hinzufügen</translation>
        </message>
        <message>
            <source>Clean-up is automatic: as much as each picture seems to need.</source>
            <translation>Gesäubert wird automatisch: so viel, wie jedes Bild zu brauchen scheint.</translation>
        </message>
        <message>
            <source>Clean up automatically</source>
            <translation>Automatisch säubern</translation>
        </message>
    </context>
    <context>
        <name>BatchRows</name>
        <message>
            <source>Picture</source>
            <translation>Bild</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>Größe</translation>
        </message>
        <message>
            <source>Target</source>
            <translation>Ziel</translation>
        </message>
        <message>
            <source>State</source>
            <translation>Stand</translation>
        </message>
        <message>
            <source>Tile {done} of {total}</source>
            <translation>Kachel {done} von {total}</translation>
        </message>
        <message>
            <source>waiting</source>
            <translation>wartet</translation>
        </message>
        <message>
            <source>running</source>
            <translation>läuft</translation>
        </message>
        <message>
            <source>done</source>
            <translation>fertig</translation>
        </message>
        <message>
            <source>skipped: it is there</source>
            <translation>übersprungen: ist schon da</translation>
        </message>
        <message>
            <source>failed: {why}</source>
            <translation>misslungen: {why}</translation>
        </message>
    </context>
    <context>
        <name>EditorCard</name>
        <message>
            <source>Install</source>
            <translation>Installieren</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>Entfernen</translation>
        </message>
        <message>
            <source>Update</source>
            <translation>Aktualisieren</translation>
        </message>
        <message>
            <source>It is installed already.</source>
            <translation>Es ist schon installiert.</translation>
        </message>
        <message>
            <source>It is not installed.</source>
            <translation>Es ist nicht installiert.</translation>
        </message>
        <message>
            <source>Not installed</source>
            <translation>Nicht installiert</translation>
        </message>
        <message>
            <source>Version {version} is installed, but not switched on</source>
            <translation>Version {version} ist installiert, aber nicht eingeschaltet</translation>
        </message>
        <message>
            <source>Version {version} is installed; this program is {own}</source>
            <translation>Version {version} ist installiert; dieses Programm ist {own}</translation>
        </message>
        <message>
            <source>Version {version} is installed</source>
            <translation>Version {version} ist installiert</translation>
        </message>
        <message>
            <source>Restart GIMP; then: Filters ▸ Semantic Upscale.</source>
            <translation>Starte GIMP neu; dann: Filter ▸ Semantic Upscale.</translation>
        </message>
        <message>
            <source>Restart Krita; then: Tools ▸ Scripts ▸ Semantic Upscale.</source>
            <translation>Starte Krita neu; dann: Werkzeuge ▸ Skripte ▸ Semantic Upscale.</translation>
        </message>
        <message>
            <source>Krita is open and would undo it: tick Settings ▸ Configure Krita ▸ Python Plugin Manager ▸ Semantic Upscale there, or close Krita and press Install again.</source>
            <translation>Krita ist offen und würde es rückgängig machen: kreuze dort Einstellungen ▸ Krita einrichten ▸ Verwaltung der Python-Module ▸ Semantic Upscale an, oder schließe Krita und drücke noch einmal Installieren.</translation>
        </message>
        <message>
            <source>It lives in a sandbox that cannot start the engine: open Semantic Upscale before you use it.</source>
            <translation>Es lebt in einer abgeschlossenen Umgebung, die das Rechenwerk nicht starten kann: öffne Semantic Upscale, bevor du es benutzt.</translation>
        </message>
        <message>
            <source>Wait until it is done.</source>
            <translation>Warte, bis es fertig ist.</translation>
        </message>
    </context>
    <context>
        <name>EditorsDialog</name>
        <message>
            <source>Krita and GIMP</source>
            <translation>Krita und GIMP</translation>
        </message>
        <message>
            <source>Looking…</source>
            <translation>Suche …</translation>
        </message>
        <message>
            <source>No Krita and no GIMP 3 was found for this user. Start the one you use once, so that it makes its folders, then look again.</source>
            <translation>Für diesen Benutzer wurde weder Krita noch GIMP 3 gefunden. Starte das, welches du benutzt, einmal, damit es seine Ordner anlegt, und suche dann noch einmal.</translation>
        </message>
        <message>
            <source>Semantic Upscale can stand in their menus and hand pictures back and forth. It writes only into their folders for plug-ins, and takes out what it wrote.</source>
            <translation>Semantic Upscale kann in ihren Menüs stehen und Bilder hin und her reichen. Es schreibt nur in ihre Ordner für Erweiterungen und nimmt wieder heraus, was es schrieb.</translation>
        </message>
        <message>
            <source>Programs that were found</source>
            <translation>Gefundene Programme</translation>
        </message>
        <message>
            <source>Look again</source>
            <translation>Noch einmal suchen</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
    </context>
    <context>
        <name>EngineLink</name>
        <message>
            <source>Engine is off.</source>
            <translation>Das Rechenwerk ist aus.</translation>
        </message>
        <message>
            <source>Starting the engine (first time after start, about 8 s)…</source>
            <translation>Das Rechenwerk startet (beim ersten Mal etwa 8 s) …</translation>
        </message>
        <message>
            <source>Engine is ready: {device}</source>
            <translation>Das Rechenwerk ist bereit: {device}</translation>
        </message>
        <message>
            <source>Engine is ready.</source>
            <translation>Das Rechenwerk ist bereit.</translation>
        </message>
    </context>
    <context>
        <name>ErrorPanel</name>
        <message>
            <source>What went wrong</source>
            <translation>Was schiefging</translation>
        </message>
        <message>
            <source>Report copied</source>
            <translation>Bericht kopiert</translation>
        </message>
        <message>
            <source>Copy report</source>
            <translation>Bericht kopieren</translation>
        </message>
        <message>
            <source>Version, system and the engine's log, without your name and folders.</source>
            <translation>Version, System und Protokoll des Rechenwerks, ohne deinen Namen und deine Ordner.</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
    </context>
    <context>
        <name>FileActions</name>
        <message>
            <source>Pictures and projects</source>
            <translation>Bilder und Projekte</translation>
        </message>
        <message>
            <source>All files</source>
            <translation>Alle Dateien</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>Öffnen</translation>
        </message>
        <message>
            <source>There is no picture on the clipboard.</source>
            <translation>In der Zwischenablage liegt kein Bild.</translation>
        </message>
        <message>
            <source>The sample could not be copied: {reason}</source>
            <translation>Das Beispiel konnte nicht kopiert werden: {reason}</translation>
        </message>
        <message>
            <source>Open a picture of your own instead.</source>
            <translation>Öffne stattdessen ein eigenes Bild.</translation>
        </message>
        <message>
            <source>Project</source>
            <translation>Projekt</translation>
        </message>
        <message>
            <source>Save project</source>
            <translation>Projekt speichern</translation>
        </message>
        <message>
            <source>picture</source>
            <translation>Bild</translation>
        </message>
        <message>
            <source>“{name}” is a folder.</source>
            <translation>„{name}“ ist ein Ordner.</translation>
        </message>
        <message>
            <source>For many pictures use File ▸ Many pictures.</source>
            <translation>Für viele Bilder gibt es Datei ▸ Viele Bilder.</translation>
        </message>
        <message>
            <source>pasted picture</source>
            <translation>eingefügtes Bild</translation>
        </message>
        <message>
            <source>Open a picture first.</source>
            <translation>Öffne zuerst ein Bild.</translation>
        </message>
        <message>
            <source>The project is saved already.</source>
            <translation>Das Projekt ist schon gespeichert.</translation>
        </message>
        <message>
            <source>Nothing is fetched from the network. Save the picture, and drop the file here.</source>
            <translation>Aus dem Netz wird nichts geholt. Speichere das Bild und lege die Datei hier ab.</translation>
        </message>
        <message>
            <source>“{address}” is an address on the web, not a picture.</source>
            <translation>„{address}“ ist eine Adresse im Netz, kein Bild.</translation>
        </message>
    </context>
    <context>
        <name>FileWork</name>
        <message>
            <source>The engine was started anew, and this result went with the old one.</source>
            <translation>Das Rechenwerk wurde neu gestartet, dieses Ergebnis ging mit dem alten verloren.</translation>
        </message>
        <message>
            <source>Run it again: the same settings give the same picture.</source>
            <translation>Noch einmal starten: gleiche Einstellungen geben das gleiche Bild.</translation>
        </message>
    </context>
    <context>
        <name>Guest</name>
        <message>
            <source>This picture did not come from an editor.</source>
            <translation>Dieses Bild kam nicht aus einem Editor.</translation>
        </message>
        <message>
            <source>Upscale the picture first.</source>
            <translation>Vergrößere zuerst das Bild.</translation>
        </message>
        <message>
            <source>Sent back to {host}.</source>
            <translation>An {host} zurückgegeben.</translation>
        </message>
        <message>
            <source>Hand the picture over once more from the editor.</source>
            <translation>Übergib das Bild noch einmal aus dem Editor.</translation>
        </message>
    </context>
    <context>
        <name>GuestBar</name>
        <message>
            <source>Picture from another program</source>
            <translation>Bild aus einem anderen Programm</translation>
        </message>
        <message>
            <source>Send back</source>
            <translation>Zurückgeben</translation>
        </message>
        <message>
            <source>From {host}: {title}</source>
            <translation>Aus {host}: {title}</translation>
        </message>
        <message>
            <source>another program</source>
            <translation>einem anderen Programm</translation>
        </message>
    </context>
    <context>
        <name>MainWindow</name>
        <message>
            <source>Picture</source>
            <translation>Bild</translation>
        </message>
        <message>
            <source>Menu</source>
            <translation>Menü</translation>
        </message>
        <message>
            <source>Saved: {name}</source>
            <translation>Gespeichert: {name}</translation>
        </message>
        <message>
            <source>&amp;Undo {verb}</source>
            <translation>&amp;Rückgängig: {verb}</translation>
        </message>
        <message>
            <source>&amp;Redo {verb}</source>
            <translation>&amp;Wiederholen: {verb}</translation>
        </message>
        <message>
            <source>1 region</source>
            <translation>1 Bereich</translation>
        </message>
        <message>
            <source>{count} regions</source>
            <translation>{count} Bereiche</translation>
        </message>
        <message>
            <source>Open another…</source>
            <translation>Ein anderes öffnen …</translation>
        </message>
        <message>
            <source>Save elsewhere…</source>
            <translation>Anderswo speichern …</translation>
        </message>
        <message>
            <source>Start the engine</source>
            <translation>Rechenwerk starten</translation>
        </message>
        <message>
            <source>The engine was not told: {reason}</source>
            <translation>Das Rechenwerk erfuhr es nicht: {reason}</translation>
        </message>
    </context>
    <context>
        <name>ModelActions</name>
        <message>
            <source>Looking into the model {name}…</source>
            <translation>Das Modell {name} wird angesehen…</translation>
        </message>
        <message>
            <source>Engine</source>
            <translation>Verfahren</translation>
        </message>
        <message>
            <source>The model {name} was here already; it is chosen under More.</source>
            <translation>Das Modell {name} war schon da; es ist unter Mehr gewählt.</translation>
        </message>
        <message>
            <source>The model {name} is ready; it is chosen under More.</source>
            <translation>Das Modell {name} ist bereit; es ist unter Mehr gewählt.</translation>
        </message>
    </context>
    <context>
        <name>ModelCard</name>
        <message>
            <source>Download</source>
            <translation>Herunterladen</translation>
        </message>
        <message>
            <source>Accept the licence and download</source>
            <translation>Lizenz annehmen und herunterladen</translation>
        </message>
        <message>
            <source>The download is running.</source>
            <translation>Es wird gerade heruntergeladen.</translation>
        </message>
        <message>
            <source>unknown</source>
            <translation>unbekannt</translation>
        </message>
        <message>
            <source>Licence: {name}</source>
            <translation>Lizenz: {name}</translation>
        </message>
        <message>
            <source>commercial use allowed</source>
            <translation>gewerbliche Nutzung erlaubt</translation>
        </message>
        <message>
            <source>not for commercial use</source>
            <translation>nicht für gewerbliche Nutzung</translation>
        </message>
        <message>
            <source>Installed</source>
            <translation>Vorhanden</translation>
        </message>
        <message>
            <source>It is on this computer already.</source>
            <translation>Es ist schon auf diesem Rechner.</translation>
        </message>
    </context>
    <context>
        <name>ModelsDialog</name>
        <message>
            <source>Models</source>
            <translation>Modelle</translation>
        </message>
        <message>
            <source>Asking the engine…</source>
            <translation>Das Rechenwerk wird gefragt …</translation>
        </message>
        <message>
            <source>The bundled model works without a network. The others are optional; a download starts only when you press its button.</source>
            <translation>Das mitgelieferte Modell braucht kein Netz. Die anderen sind freiwillig; heruntergeladen wird erst, wenn du den Knopf drückst.</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
    </context>
    <context>
        <name>MorePanel</name>
        <message>
            <source>This model has no seed: it makes one version of a picture.</source>
            <translation>Dieses Modell hat keine Startzahl: Es macht eine Fassung eines Bildes.</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>Startzahl</translation>
        </message>
        <message>
            <source>The same seed invents the same detail.</source>
            <translation>Die gleiche Startzahl erfindet die gleichen Einzelheiten.</translation>
        </message>
        <message>
            <source>Another seed</source>
            <translation>Andere Startzahl</translation>
        </message>
        <message>
            <source>Another seed: other detail of the same kind</source>
            <translation>Andere Startzahl: andere Einzelheiten der gleichen Art</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>Automatisch</translation>
        </message>
        <message>
            <source>Tile</source>
            <translation>Kachel</translation>
        </message>
        <message>
            <source>Smaller tiles need less memory; the picture is the same.</source>
            <translation>Kleinere Kacheln brauchen weniger Speicher; das Bild bleibt gleich.</translation>
        </message>
        <message>
            <source>Full</source>
            <translation>Voll</translation>
        </message>
        <message>
            <source>Fast</source>
            <translation>Schnell</translation>
        </message>
        <message>
            <source>Precision</source>
            <translation>Genauigkeit</translation>
        </message>
        <message>
            <source>Engine</source>
            <translation>Verfahren</translation>
        </message>
        <message>
            <source>Open a picture first.</source>
            <translation>Öffne zuerst ein Bild.</translation>
        </message>
        <message>
            <source>Seamless texture</source>
            <translation>Nahtlose Textur</translation>
        </message>
        <message>
            <source>The picture goes on at its other side, and so does the enlarged one: no border shows.</source>
            <translation>Das Bild geht an seiner anderen Seite weiter, das vergrößerte auch: kein Rand ist zu sehen.</translation>
        </message>
    </context>
    <context>
        <name>NeedLine</name>
        <message>
            <source>Start</source>
            <translation>Starten</translation>
        </message>
        <message>
            <source>What the run needs</source>
            <translation>Was der Lauf braucht</translation>
        </message>
        <message>
            <source>Start the engine</source>
            <translation>Rechenwerk starten</translation>
        </message>
        <message numerus="yes">
            <source>will be done in about %n tiles</source>
            <translation>
                <numerusform>geschieht in etwa %n Kachel</numerusform>
                <numerusform>geschieht in etwa %n Kacheln</numerusform>
            </translation>
        </message>
        <message>
            <source>{free} of memory free</source>
            <translation>{free} Speicher frei</translation>
        </message>
        <message>
            <source>needs {needed} of {free}</source>
            <translation>braucht {needed} von {free}</translation>
        </message>
        <message>
            <source>about {size} file</source>
            <translation>Datei etwa {size}</translation>
        </message>
    </context>
    <context>
        <name>Notices</name>
        <message>
            <source>Something in the window broke ({told}).</source>
            <translation>Im Fenster ist etwas zerbrochen ({told}).</translation>
        </message>
        <message>
            <source>Your work is kept. Save the project, and send us the report.</source>
            <translation>Deine Arbeit ist noch da. Speichere das Projekt und schicke uns den Bericht.</translation>
        </message>
    </context>
    <context>
        <name>OptionsBar</name>
        <message>
            <source>Tool options</source>
            <translation>Werkzeugoptionen</translation>
        </message>
        <message>
            <source>New</source>
            <translation>Neu</translation>
        </message>
        <message>
            <source>A shape becomes a region of its own.</source>
            <translation>Eine Form wird ein eigener Bereich.</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>Dazu</translation>
        </message>
        <message>
            <source>A shape is added to the chosen region.</source>
            <translation>Eine Form kommt zum gewählten Bereich dazu.</translation>
        </message>
        <message>
            <source>Subtract</source>
            <translation>Weg</translation>
        </message>
        <message>
            <source>A shape is taken away from the chosen region.</source>
            <translation>Eine Form wird vom gewählten Bereich weggenommen.</translation>
        </message>
        <message>
            <source>Overlap</source>
            <translation>Schnitt</translation>
        </message>
        <message>
            <source>Only what lies in both is left.</source>
            <translation>Nur was in beiden liegt, bleibt.</translation>
        </message>
        <message>
            <source> px</source>
            <translation> px</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>Größe</translation>
        </message>
        <message>
            <source>Hardness</source>
            <translation>Härte</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>Vergleichen</translation>
        </message>
    </context>
    <context>
        <name>OutputPanel</name>
        <message>
            <source>Output format</source>
            <translation>Ausgabeformat</translation>
        </message>
        <message>
            <source>As the source</source>
            <translation>Wie die Quelle</translation>
        </message>
        <message>
            <source>8 bit</source>
            <translation>8 Bit</translation>
        </message>
        <message>
            <source>16 bit</source>
            <translation>16 Bit</translation>
        </message>
        <message>
            <source>Floating point</source>
            <translation>Gleitkomma</translation>
        </message>
        <message>
            <source>Bits per channel</source>
            <translation>Bit je Kanal</translation>
        </message>
        <message>
            <source>Quality</source>
            <translation>Qualität</translation>
        </message>
        <message>
            <source>For JPEG, WebP and AVIF: 100 is the best and largest.</source>
            <translation>Für JPEG, WebP und AVIF: 100 ist am besten und am größten.</translation>
        </message>
        <message>
            <source>Keep the camera's data</source>
            <translation>Kameradaten behalten</translation>
        </message>
        <message>
            <source>Remove the place</source>
            <translation>Ort entfernen</translation>
        </message>
        <message>
            <source>Name of the file</source>
            <translation>Name der Datei</translation>
        </message>
        <message>
            <source>{name} is the picture's name, {scale} the factor, {ext} the ending.</source>
            <translation>{name} ist der Name des Bildes, {scale} der Faktor, {ext} die Endung.</translation>
        </message>
        <message>
            <source>Output</source>
            <translation>Ausgabe</translation>
        </message>
        <message>
            <source>Depth</source>
            <translation>Tiefe</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Name</translation>
        </message>
        <message>
            <source>This format keeps every pixel as it is: there is no quality to choose.</source>
            <translation>Dieses Format behält jedes Pixel, wie es ist: Qualität gibt es nicht zu wählen.</translation>
        </message>
        <message>
            <source>{name} has only 8 bits per channel.</source>
            <translation>{name} hat nur 8 Bit je Kanal.</translation>
        </message>
        <message>
            <source>Without the camera's data there is no place either.</source>
            <translation>Ohne Kameradaten gibt es auch keinen Ort.</translation>
        </message>
    </context>
    <context>
        <name>Panels</name>
        <message>
            <source>Previewed spots</source>
            <translation>Vorschaustellen</translation>
        </message>
        <message>
            <source>Panels</source>
            <translation>Bedienfelder</translation>
        </message>
    </context>
    <context>
        <name>Partial</name>
        <message>
            <source>Save what is done</source>
            <translation>Speichern, was fertig ist</translation>
        </message>
        <message>
            <source>Kept: {name}. {share} % of it is done, the rest is plainly enlarged.</source>
            <translation>Behalten: {name}. {share} % davon sind fertig, der Rest ist einfach vergrößert.</translation>
        </message>
        <message>
            <source>It is being written.</source>
            <translation>Es wird gerade geschrieben.</translation>
        </message>
        <message>
            <source>Nothing was kept: another picture was opened before it was written.</source>
            <translation>Nichts wurde behalten: Ein anderes Bild wurde geöffnet, bevor es geschrieben war.</translation>
        </message>
    </context>
    <context>
        <name>PreviewStrip</name>
        <message>
            <source>Previewed spots</source>
            <translation>Vorschaustellen</translation>
        </message>
        <message>
            <source>Previewed spots appear here.</source>
            <translation>Hier erscheinen die Vorschaustellen.</translation>
        </message>
        <message>
            <source>Spot</source>
            <translation>Stelle</translation>
        </message>
        <message>
            <source>Restore settings</source>
            <translation>Einstellungen zurückholen</translation>
        </message>
        <message>
            <source>Spot: {settings}</source>
            <translation>Stelle: {settings}</translation>
        </message>
        <message>
            <source>Click: show it again. Double click: take these settings back.</source>
            <translation>Klick: wieder zeigen. Doppelklick: diese Einstellungen zurückholen.</translation>
        </message>
    </context>
    <context>
        <name>PrioritySlider</name>
        <message>
            <source>Priority</source>
            <translation>Priorität</translation>
        </message>
    </context>
    <context>
        <name>QueueDock</name>
        <message>
            <source>Queue and history</source>
            <translation>Warteschlange und Verlauf</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>Warteschlange</translation>
        </message>
        <message>
            <source>History</source>
            <translation>Verlauf</translation>
        </message>
        <message>
            <source>Nothing waiting. Drop a folder to start a batch.</source>
            <translation>Nichts wartet. Zieh einen Ordner hierher, um einen Stapel zu beginnen.</translation>
        </message>
        <message>
            <source>Results appear here.</source>
            <translation>Hier erscheinen die Ergebnisse.</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pause</translation>
        </message>
        <message>
            <source>New ones go first</source>
            <translation>Neue zuerst</translation>
        </message>
        <message>
            <source>These settings belong to another picture. Open it first.</source>
            <translation>Diese Einstellungen gehören zu einem anderen Bild. Öffne es zuerst.</translation>
        </message>
        <message>
            <source>Restore settings</source>
            <translation>Einstellungen zurückholen</translation>
        </message>
        <message>
            <source>Pause the queue</source>
            <translation>Warteschlange anhalten</translation>
        </message>
        <message>
            <source>Runs that have not begun wait; the one at hand goes on.</source>
            <translation>Was nicht begonnen hat, wartet; was läuft, läuft weiter.</translation>
        </message>
        <message>
            <source>The next run starts before those that wait.</source>
            <translation>Der nächste Lauf kommt vor denen, die warten.</translation>
        </message>
        <message>
            <source>This result is no longer kept. A double click brings its settings back.</source>
            <translation>Dieses Ergebnis wird nicht mehr aufbewahrt. Ein Doppelklick holt seine Einstellungen zurück.</translation>
        </message>
        <message>
            <source>Restore settings and regions</source>
            <translation>Einstellungen und Bereiche zurückholen</translation>
        </message>
        <message>
            <source>Run again</source>
            <translation>Noch einmal</translation>
        </message>
        <message>
            <source>Next</source>
            <translation>Als Nächstes</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>Entfernen</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>Weiter</translation>
        </message>
        <message>
            <source>Nothing waits that could be held back.</source>
            <translation>Nichts wartet, das angehalten werden könnte.</translation>
        </message>
        <message>
            <source>Waiting</source>
            <translation>Wartet</translation>
        </message>
    </context>
    <context>
        <name>Quit</name>
        <message>
            <source>Save the project?</source>
            <translation>Projekt speichern?</translation>
        </message>
        <message>
            <source>The regions and settings of “{title}” are not saved. The picture itself is never changed.</source>
            <translation>Bereiche und Einstellungen von „{title}“ sind nicht gespeichert. Das Bild selbst wird nie verändert.</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>Speichern</translation>
        </message>
        <message>
            <source>Do not save</source>
            <translation>Nicht speichern</translation>
        </message>
        <message>
            <source>Go back</source>
            <translation>Zurück</translation>
        </message>
        <message>
            <source>A picture is being enlarged</source>
            <translation>Ein Bild wird gerade vergrößert</translation>
        </message>
        <message>
            <source>In the background it is finished, saved beside the source under a new name, and then the program ends.</source>
            <translation>Im Hintergrund wird es fertig, kommt unter neuem Namen neben das alte Bild, und dann endet das Programm.</translation>
        </message>
        <message>
            <source>Continue in the background</source>
            <translation>Im Hintergrund weitermachen</translation>
        </message>
        <message>
            <source>Stop and close</source>
            <translation>Anhalten und schließen</translation>
        </message>
        <message>
            <source>Save both</source>
            <translation>Beides speichern</translation>
        </message>
        <message>
            <source>Save the enlarged picture?</source>
            <translation>Das vergrößerte Bild speichern?</translation>
        </message>
        <message>
            <source>Save the picture only</source>
            <translation>Nur das Bild speichern</translation>
        </message>
        <message>
            <source>Stop, and run it again at the next start</source>
            <translation>Anhalten und beim nächsten Start von vorn beginnen</translation>
        </message>
        <message>
            <source>“{title}”, enlarged to {size}, is not saved.</source>
            <translation>„{title}“, vergrößert auf {size}, ist nicht gespeichert.</translation>
        </message>
    </context>
    <context>
        <name>RegionActions</name>
        <message>
            <source>Priority</source>
            <translation>Priorität</translation>
        </message>
        <message>
            <source>Duplicate</source>
            <translation>Verdoppeln</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Löschen</translation>
        </message>
        <message>
            <source>Merge</source>
            <translation>Vereinen</translation>
        </message>
        <message>
            <source>Invert</source>
            <translation>Umkehren</translation>
        </message>
        <message>
            <source>Fill the gaps</source>
            <translation>Lücken füllen</translation>
        </message>
        <message>
            <source>Remove what lies under</source>
            <translation>Was darunter liegt, entfernen</translation>
        </message>
        <message>
            <source>Grow</source>
            <translation>Wachsen</translation>
        </message>
        <message>
            <source>Shrink</source>
            <translation>Schrumpfen</translation>
        </message>
        <message>
            <source>Smooth</source>
            <translation>Glätten</translation>
        </message>
        <message>
            <source>Open a picture first.</source>
            <translation>Öffne zuerst ein Bild.</translation>
        </message>
        <message>
            <source>Choose a region in the list first.</source>
            <translation>Wähle zuerst einen Bereich in der Liste.</translation>
        </message>
        <message>
            <source>There is no region below this one.</source>
            <translation>Unter diesem Bereich liegt keiner.</translation>
        </message>
        <message>
            <source>There are no regions yet. Find objects, or paint one.</source>
            <translation>Es gibt noch keine Bereiche. Finde Objekte oder male einen.</translation>
        </message>
        <message>
            <source>There are no regions yet. Find objects ({find}), or paint one ({paint}).</source>
            <translation>Es gibt noch keine Bereiche. Finde Objekte ({find}) oder male einen ({paint}).</translation>
        </message>
        <message>
            <source>It is being looked for already.</source>
            <translation>Danach wird schon gesucht.</translation>
        </message>
    </context>
    <context>
        <name>RegionButtons</name>
        <message>
            <source>Suggest</source>
            <translation>Vorschlagen</translation>
        </message>
        <message>
            <source>Faces and text as Faithful, sky and leaves as Rich: you decide.</source>
            <translation>Gesichter und Schrift als Treu, Himmel und Laub als Reich: du entscheidest.</translation>
        </message>
        <message>
            <source>Find everything</source>
            <translation>Alles finden</translation>
        </message>
        <message>
            <source>Outlines of all objects. Click one to make it a region.</source>
            <translation>Umrisse aller Objekte. Klicke einen an, um ihn zum Bereich zu machen.</translation>
        </message>
        <message>
            <source>More for regions</source>
            <translation>Mehr zu Bereichen</translation>
        </message>
        <message>
            <source>Masks from files and into files</source>
            <translation>Masken aus Dateien und in Dateien</translation>
        </message>
        <message>
            <source>Import a mask…</source>
            <translation>Maske einlesen …</translation>
        </message>
        <message>
            <source>Export the masks…</source>
            <translation>Masken ausgeben …</translation>
        </message>
        <message>
            <source>Open a picture first.</source>
            <translation>Öffne zuerst ein Bild.</translation>
        </message>
        <message>
            <source>There are no regions to export.</source>
            <translation>Es gibt keine Bereiche zum Ausgeben.</translation>
        </message>
        <message>
            <source>It is being looked for already.</source>
            <translation>Danach wird schon gesucht.</translation>
        </message>
        <message>
            <source>Looking…</source>
            <translation>Suche läuft …</translation>
        </message>
    </context>
    <context>
        <name>RegionDelegate</name>
        <message>
            <source>locked: nothing is invented</source>
            <translation>gesperrt: hier wird nichts erfunden</translation>
        </message>
        <message>
            <source>added detail {percent} %</source>
            <translation>hinzugekommen {percent} %</translation>
        </message>
    </context>
    <context>
        <name>RegionDials</name>
        <message>
            <source>Priority, fine</source>
            <translation>Priorität, fein</translation>
        </message>
        <message>
            <source>Feather</source>
            <translation>Weiche Kante</translation>
        </message>
        <message>
            <source>How wide the soft edge is.</source>
            <translation>Wie breit die weiche Kante ist.</translation>
        </message>
        <message>
            <source>Grow</source>
            <translation>Wachsen</translation>
        </message>
        <message>
            <source>Shrink</source>
            <translation>Schrumpfen</translation>
        </message>
        <message>
            <source>Priority</source>
            <translation>Priorität</translation>
        </message>
        <message>
            <source>Open a picture first.</source>
            <translation>Öffne zuerst ein Bild.</translation>
        </message>
        <message>
            <source>The rest of the picture has no edge of its own.</source>
            <translation>Der Rest des Bildes hat keine eigene Kante.</translation>
        </message>
        <message>
            <source>This region is locked. Unlock it to change its shape.</source>
            <translation>Dieser Bereich ist gesperrt. Entsperre ihn, um seine Form zu ändern.</translation>
        </message>
        <message>
            <source>Edge and fine value</source>
            <translation>Kante und feiner Wert</translation>
        </message>
        <message>
            <source>Feather, grow, shrink, and any priority between the steps</source>
            <translation>Weiche Kante, wachsen, schrumpfen und jede Priorität zwischen den Stufen</translation>
        </message>
        <message>
            <source>Fine value</source>
            <translation>Feiner Wert</translation>
        </message>
        <message>
            <source>Grow, shrink</source>
            <translation>Wachsen, schrumpfen</translation>
        </message>
        <message>
            <source>Keys: {keys}</source>
            <translation>Tasten: {keys}</translation>
        </message>
        <message>
            <source>How much new detail the engine may add here. Faithful keeps what is in your picture; Inventive adds texture that was not there.</source>
            <translation>Wie viele neue Einzelheiten hier hinzukommen dürfen. Treu behält, was im Bild ist; Erfinderisch fügt hinzu, was nicht da war.</translation>
        </message>
    </context>
    <context>
        <name>RegionRows</name>
        <message>
            <source>Rest of the picture, {priority}</source>
            <translation>Rest des Bildes, {priority}</translation>
        </message>
        <message>
            <source>Region {name}</source>
            <translation>Bereich {name}</translation>
        </message>
        <message>
            <source>locked</source>
            <translation>gesperrt</translation>
        </message>
        <message>
            <source>not locked</source>
            <translation>nicht gesperrt</translation>
        </message>
        <message>
            <source>visible</source>
            <translation>sichtbar</translation>
        </message>
        <message>
            <source>hidden</source>
            <translation>verborgen</translation>
        </message>
        <message>
            <source>Rest of the picture</source>
            <translation>Rest des Bildes</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>Umbenennen</translation>
        </message>
        <message>
            <source>Reorder</source>
            <translation>Umordnen</translation>
        </message>
    </context>
    <context>
        <name>RegionsDock</name>
        <message>
            <source>Regions</source>
            <translation>Bereiche</translation>
        </message>
        <message>
            <source>Accept suggestions</source>
            <translation>Vorschläge annehmen</translation>
        </message>
        <message>
            <source>There is no picture that masks could belong to.</source>
            <translation>Es gibt kein Bild, zu dem Masken gehören könnten.</translation>
        </message>
        <message>
            <source>Open one first.</source>
            <translation>Öffne zuerst eines.</translation>
        </message>
        <message>
            <source>Import masks</source>
            <translation>Masken einlesen</translation>
        </message>
        <message>
            <source>Masks (*.png *.tif *.tiff *.webp *.json)</source>
            <translation>Masken (*.png *.tif *.tiff *.webp *.json)</translation>
        </message>
        <message>
            <source>A PNG for each region (*.png)</source>
            <translation>Ein PNG je Bereich (*.png)</translation>
        </message>
        <message>
            <source>One picture of labels (*.png)</source>
            <translation>Ein Bild mit Nummern (*.png)</translation>
        </message>
        <message>
            <source>Export masks</source>
            <translation>Masken ausgeben</translation>
        </message>
        <message numerus="yes">
            <source>%n masks exported.</source>
            <translation>
                <numerusform>%n Maske ausgegeben.</numerusform>
                <numerusform>%n Masken ausgegeben.</numerusform>
            </translation>
        </message>
        <message>
            <source>Regions, the upper one wins</source>
            <translation>Bereiche, der obere gilt</translation>
        </message>
        <message>
            <source>No regions</source>
            <translation>Keine Bereiche</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Verbergen</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>Zeigen</translation>
        </message>
        <message>
            <source>Unlock</source>
            <translation>Entsperren</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>Sperren</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>Löschen</translation>
        </message>
        <message>
            <source>Nothing found here. Try a box, or the brush.</source>
            <translation>Hier ist nichts zu finden. Versuche einen Kasten oder den Pinsel.</translation>
        </message>
        <message>
            <source>No regions: the whole picture is treated as &lt;i&gt;{how}&lt;/i&gt;. Press &lt;b&gt;{key}&lt;/b&gt; and click something that must stay true, or &lt;b&gt;Suggest&lt;/b&gt;.</source>
            <translation>Keine Bereiche: Das ganze Bild wird als &lt;i&gt;{how}&lt;/i&gt; behandelt. Drücke &lt;b&gt;{key}&lt;/b&gt; und klicke auf etwas, das wahr bleiben muss, oder &lt;b&gt;Vorschlagen&lt;/b&gt;.</translation>
        </message>
        <message>
            <source>No regions: the whole picture is treated as &lt;i&gt;{how}&lt;/i&gt;. Take &lt;b&gt;Find objects&lt;/b&gt; and click something that must stay true, or &lt;b&gt;Suggest&lt;/b&gt;.</source>
            <translation>Keine Bereiche: Das ganze Bild wird als &lt;i&gt;{how}&lt;/i&gt; behandelt. Nimm &lt;b&gt;Objekte finden&lt;/b&gt; und klicke auf etwas, das wahr bleiben muss, oder &lt;b&gt;Vorschlagen&lt;/b&gt;.</translation>
        </message>
        <message>
            <source>Area {}</source>
            <translation>Fläche {}</translation>
        </message>
    </context>
    <context>
        <name>RunActions</name>
        <message>
            <source>Save the enlarged picture</source>
            <translation>Vergrößertes Bild speichern</translation>
        </message>
        <message>
            <source>The picture is too large for the clipboard ({size} pixels).</source>
            <translation>Das Bild ist zu groß für die Zwischenablage ({size} Pixel).</translation>
        </message>
        <message>
            <source>Save it instead.</source>
            <translation>Speichere es stattdessen.</translation>
        </message>
        <message>
            <source>Save…</source>
            <translation>Speichern …</translation>
        </message>
        <message>
            <source>The enlarged picture is on the clipboard.</source>
            <translation>Das vergrößerte Bild liegt in der Zwischenablage.</translation>
        </message>
        <message>
            <source>Open a picture first.</source>
            <translation>Öffne zuerst ein Bild.</translation>
        </message>
        <message>
            <source>Upscale the picture first.</source>
            <translation>Vergrößere zuerst das Bild.</translation>
        </message>
        <message>
            <source>Nothing is running.</source>
            <translation>Es läuft nichts.</translation>
        </message>
        <message>
            <source>The engine is running already.</source>
            <translation>Das Rechenwerk läuft schon.</translation>
        </message>
        <message>
            <source>The engine is not running.</source>
            <translation>Das Rechenwerk läuft nicht.</translation>
        </message>
        <message>
            <source>Esc once more stops the run.</source>
            <translation>Noch einmal Esc beendet den Lauf.</translation>
        </message>
        <message>
            <source>It is saved already: {name}. Save it elsewhere from the File menu.</source>
            <translation>Es ist schon gespeichert: {name}. Anderswo speichern geht über das Menü Datei.</translation>
        </message>
        <message>
            <source>Save the enlarged picture first.</source>
            <translation>Speichere zuerst das vergrößerte Bild.</translation>
        </message>
    </context>
    <context>
        <name>RunBar</name>
        <message>
            <source>The run</source>
            <translation>Der Lauf</translation>
        </message>
    </context>
    <context>
        <name>RunDock</name>
        <message>
            <source>Upscale</source>
            <translation>Vergrößern</translation>
        </message>
        <message>
            <source>Detail</source>
            <translation>Einzelheiten</translation>
        </message>
        <message>
            <source>Clean up</source>
            <translation>Säubern</translation>
        </message>
        <message>
            <source>automatic</source>
            <translation>automatisch</translation>
        </message>
        <message>
            <source>Preview spot</source>
            <translation>Vorschau</translation>
        </message>
        <message>
            <source>UPSCALE</source>
            <translation>VERGRÖSSERN</translation>
        </message>
        <message>
            <source>Choices for the run</source>
            <translation>Wahl für den Lauf</translation>
        </message>
        <message>
            <source>Size before and after</source>
            <translation>Größe vorher und nachher</translation>
        </message>
        <message>
            <source>{factor} times as large</source>
            <translation>{factor}-mal so groß</translation>
        </message>
        <message>
            <source>Fine (slower)</source>
            <translation>Fein (langsamer)</translation>
        </message>
        <message>
            <source>Draws detail in {steps} small steps: several times as long. Previews stay quick.</source>
            <translation>Zeichnet das Detail in {steps} kleinen Schritten: dauert um ein Mehrfaches länger. Vorschauen bleiben schnell.</translation>
        </message>
        <message>
            <source>Clean up automatically</source>
            <translation>Automatisch säubern</translation>
        </message>
        <message>
            <source>As much as the picture seems to need.</source>
            <translation>So viel, wie das Bild zu brauchen scheint.</translation>
        </message>
        <message>
            <source>How much noise, blocks and blur may go. Priority says what may be invented.</source>
            <translation>Wie viel Rauschen, Klötzchen und Unschärfe verschwinden dürfen. Die Priorität sagt, was erfunden werden darf.</translation>
        </message>
        <message>
            <source>Shifts all regions together.</source>
            <translation>Verschiebt alle Bereiche zusammen.</translation>
        </message>
        <message>
            <source>More</source>
            <translation>Mehr</translation>
        </message>
        <message>
            <source>More choices</source>
            <translation>Mehr zu wählen</translation>
        </message>
        <message>
            <source>Seed, tile, precision, engine</source>
            <translation>Startzahl, Kachel, Genauigkeit, Verfahren</translation>
        </message>
        <message>
            <source>Upscale only the spot you look at</source>
            <translation>Nur die Stelle vergrößern, die du siehst</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>Fortschritt</translation>
        </message>
        <message>
            <source>State of the run</source>
            <translation>Stand des Laufs</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>Größe</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>Startzahl</translation>
        </message>
        <message>
            <source>Engine</source>
            <translation>Verfahren</translation>
        </message>
        <message>
            <source>Open a picture first.</source>
            <translation>Öffne zuerst ein Bild.</translation>
        </message>
        <message>
            <source>No picture yet</source>
            <translation>Noch kein Bild</translation>
        </message>
        <message>
            <source>estimating…</source>
            <translation>wird geschätzt …</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Abbrechen</translation>
        </message>
        <message>
            <source>Cancel the run</source>
            <translation>Lauf abbrechen</translation>
        </message>
        <message>
            <source>Stop after this tile</source>
            <translation>Nach dieser Kachel anhalten</translation>
        </message>
        <message>
            <source>It stops after this tile.</source>
            <translation>Hält nach dieser Kachel an.</translation>
        </message>
        <message>
            <source>Waiting in the queue</source>
            <translation>Wartet in der Warteschlange</translation>
        </message>
        <message>
            <source>Upscale the whole picture</source>
            <translation>Das ganze Bild vergrößern</translation>
        </message>
        <message>
            <source>not known yet</source>
            <translation>noch nicht bekannt</translation>
        </message>
        <message>
            <source>The run</source>
            <translation>Der Lauf</translation>
        </message>
    </context>
    <context>
        <name>Settings</name>
        <message>
            <source>Look</source>
            <translation>Aussehen</translation>
        </message>
        <message>
            <source>Work</source>
            <translation>Arbeit</translation>
        </message>
        <message>
            <source>Saved pictures</source>
            <translation>Gespeicherte Bilder</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>Sprache</translation>
        </message>
        <message>
            <source>The language of all words in the window.</source>
            <translation>Die Sprache aller Wörter im Fenster.</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>Wie das System</translation>
        </message>
        <message>
            <source>Colours</source>
            <translation>Farben</translation>
        </message>
        <message>
            <source>The grey around the picture stays neutral in each of them.</source>
            <translation>Das Grau um das Bild bleibt in jeder neutral.</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>Dunkel</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>Hell</translation>
        </message>
        <message>
            <source>Text size</source>
            <translation>Schriftgröße</translation>
        </message>
        <message>
            <source>Everything in the window grows with it.</source>
            <translation>Alles im Fenster wächst mit.</translation>
        </message>
        <message>
            <source>Tools on the right side</source>
            <translation>Werkzeuge auf der rechten Seite</translation>
        </message>
        <message>
            <source>For those who hold the pen in the left hand.</source>
            <translation>Für alle, die den Stift links halten.</translation>
        </message>
        <message>
            <source>Reduce motion</source>
            <translation>Bewegung verringern</translation>
        </message>
        <message>
            <source>Outlines and waiting signs stand still.</source>
            <translation>Umrisse und Wartezeichen stehen still.</translation>
        </message>
        <message>
            <source>Strength of the region colours</source>
            <translation>Stärke der Bereichsfarben</translation>
        </message>
        <message>
            <source>How strongly the priorities are laid over the picture.</source>
            <translation>Wie stark die Prioritäten über dem Bild liegen.</translation>
        </message>
        <message>
            <source>Keep a safety copy every</source>
            <translation>Sicherheitskopie alle</translation>
        </message>
        <message>
            <source>An unsaved project is kept beside your settings, never beside your pictures.</source>
            <translation>Ein ungespeichertes Projekt liegt bei deinen Einstellungen, nie bei deinen Bildern.</translation>
        </message>
        <message>
            <source>Preview while painting</source>
            <translation>Vorschau beim Malen</translation>
        </message>
        <message>
            <source>The visible spot follows the brush and the priority.</source>
            <translation>Die sichtbare Stelle folgt dem Pinsel und der Priorität.</translation>
        </message>
        <message>
            <source>Tell me when a picture is done</source>
            <translation>Melden, wenn ein Bild fertig ist</translation>
        </message>
        <message>
            <source>One notice of the system, only while another window is in front.</source>
            <translation>Eine Meldung des Systems, nur wenn ein anderes Fenster vorn ist.</translation>
        </message>
        <message>
            <source>Keep the camera's data</source>
            <translation>Kameradaten behalten</translation>
        </message>
        <message>
            <source>EXIF, XMP and the colour profile go into the enlarged picture.</source>
            <translation>EXIF, XMP und das Farbprofil kommen ins vergrößerte Bild.</translation>
        </message>
        <message>
            <source>Remove the place</source>
            <translation>Ort entfernen</translation>
        </message>
        <message>
            <source>Where the picture was taken is left out of the enlarged one.</source>
            <translation>Wo das Bild entstand, bleibt im vergrößerten weg.</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Name</translation>
        </message>
        <message>
            <source>{name} is the picture's name, {scale} the factor. A number is added where the name is taken.</source>
            <translation>{name} ist der Name des Bildes, {scale} der Faktor. Ist der Name vergeben, kommt eine Zahl dazu.</translation>
        </message>
        <message>
            <source>High contrast</source>
            <translation>Hoher Kontrast</translation>
        </message>
        <message>
            <source>Engine</source>
            <translation>Rechenwerk</translation>
        </message>
        <message>
            <source>Stops without work after</source>
            <translation>Endet ohne Arbeit nach</translation>
        </message>
        <message>
            <source>It gives its memory back then, and starts again when it is needed. Holds from its next start.</source>
            <translation>Dann gibt es seinen Speicher zurück und startet wieder, wenn es gebraucht wird. Gilt ab seinem nächsten Start.</translation>
        </message>
        <message>
            <source>never</source>
            <translation>nie</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>Settings</source>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
    </context>
    <context>
        <name>ShortcutsDialog</name>
        <message>
            <source>Keys</source>
            <translation>Tasten</translation>
        </message>
        <message>
            <source>Taken from “{action}”.</source>
            <translation>Von „{action}“ genommen.</translation>
        </message>
        <message>
            <source>Search an action or a key</source>
            <translation>Aktion oder Taste suchen</translation>
        </message>
        <message>
            <source>Action</source>
            <translation>Aktion</translation>
        </message>
        <message>
            <source>Actions and their keys</source>
            <translation>Aktionen und ihre Tasten</translation>
        </message>
        <message>
            <source>New key</source>
            <translation>Neue Taste</translation>
        </message>
        <message>
            <source>No key</source>
            <translation>Keine Taste</translation>
        </message>
        <message>
            <source>Default</source>
            <translation>Vorgabe</translation>
        </message>
        <message>
            <source>New key:</source>
            <translation>Neue Taste:</translation>
        </message>
        <message>
            <source>All defaults</source>
            <translation>Alle Vorgaben</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
        <message>
            <source>Choose an action in the list first.</source>
            <translation>Wähle zuerst eine Aktion in der Liste.</translation>
        </message>
    </context>
    <context>
        <name>StatusLine</name>
        <message>
            <source>Status</source>
            <translation>Status</translation>
        </message>
        <message>
            <source>Find objects</source>
            <translation>Objekte finden</translation>
        </message>
        <message>
            <source>Zoom</source>
            <translation>Zoom</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>Warteschlange</translation>
        </message>
        <message>
            <source>What was done last</source>
            <translation>Was zuletzt geschah</translation>
        </message>
        <message>
            <source>off</source>
            <translation>aus</translation>
        </message>
        <message>
            <source>preparing…</source>
            <translation>wird vorbereitet …</translation>
        </message>
        <message>
            <source>ready</source>
            <translation>bereit</translation>
        </message>
        <message>
            <source>Objects: {state}</source>
            <translation>Objekte: {state}</translation>
        </message>
        <message>
            <source>Queue: {count}</source>
            <translation>Warteschlange: {count}</translation>
        </message>
        <message>
            <source>looking…</source>
            <translation>suche …</translation>
        </message>
        <message>
            <source>preparing {count} s…</source>
            <translation>bereite vor, {count} s …</translation>
        </message>
    </context>
    <context>
        <name>Suggestions</name>
        <message numerus="yes">
            <source>%n objects outlined. Click one in the picture to adopt it.</source>
            <translation>
                <numerusform>%n Objekt umrandet. Klicke es im Bild an, um es zu übernehmen.</numerusform>
                <numerusform>%n Objekte umrandet. Klicke eines im Bild an, um es zu übernehmen.</numerusform>
            </translation>
        </message>
        <message>
            <source>Found: {what}</source>
            <translation>Gefunden: {what}</translation>
        </message>
        <message>
            <source>Accept all</source>
            <translation>Alle annehmen</translation>
        </message>
        <message>
            <source>Dismiss</source>
            <translation>Verwerfen</translation>
        </message>
        <message>
            <source>Area</source>
            <translation>Fläche</translation>
        </message>
        <message>
            <source>Accept</source>
            <translation>Annehmen</translation>
        </message>
        <message>
            <source>Dismiss {what}</source>
            <translation>{what} verwerfen</translation>
        </message>
    </context>
    <context>
        <name>TipCard</name>
        <message>
            <source>Tip {at} of {count}</source>
            <translation>Tipp {at} von {count}</translation>
        </message>
        <message>
            <source>No more tips</source>
            <translation>Keine Tipps mehr</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>Fertig</translation>
        </message>
        <message>
            <source>Next</source>
            <translation>Weiter</translation>
        </message>
    </context>
    <context>
        <name>Tips</name>
        <message>
            <source>Find objects ({key})</source>
            <translation>Objekte finden ({key})</translation>
        </message>
        <message>
            <source>Find objects</source>
            <translation>Objekte finden</translation>
        </message>
        <message>
            <source>{find}: click what must stay true, or what may be invented. A right click takes away.</source>
            <translation>{find}: klicke an, was wahr bleiben muss oder erfunden werden darf. Ein Rechtsklick nimmt weg.</translation>
        </message>
        <message>
            <source>Say for each region how much may be invented: Faithful keeps what is there, Inventive adds.</source>
            <translation>Sage für jeden Bereich, wie viel erfunden werden darf: Treu behält, was da ist, Erfinderisch fügt hinzu.</translation>
        </message>
        <message>
            <source>Press Upscale. You can go on working while it runs.</source>
            <translation>Drücke Vergrößern. Du kannst weiterarbeiten, während es läuft.</translation>
        </message>
        <message>
            <source>Compare before and after here. “What was added” in the View menu shows what was made up.</source>
            <translation>Vergleiche hier vorher und nachher. „Was hinzukam“ im Menü Ansicht zeigt, was erfunden ist.</translation>
        </message>
    </context>
    <context>
        <name>ToolsBar</name>
        <message>
            <source>Tools</source>
            <translation>Werkzeuge</translation>
        </message>
    </context>
    <context>
        <name>ViewActions</name>
        <message>
            <source>Open a picture first.</source>
            <translation>Öffne zuerst ein Bild.</translation>
        </message>
        <message>
            <source>There is nothing to compare yet. Upscale, or preview a spot.</source>
            <translation>Es gibt noch nichts zu vergleichen. Vergrößere, oder sieh dir eine Stelle vorab an.</translation>
        </message>
        <message>
            <source>Upscale the picture first.</source>
            <translation>Vergrößere zuerst das Bild.</translation>
        </message>
    </context>
    <context>
        <name>WelcomePage</name>
        <message>
            <source>Welcome</source>
            <translation>Willkommen</translation>
        </message>
        <message>
            <source>Open again</source>
            <translation>Wieder öffnen</translation>
        </message>
        <message>
            <source>Open {name} again</source>
            <translation>{name} wieder öffnen</translation>
        </message>
        <message>
            <source>Make a picture larger</source>
            <translation>Ein Bild größer machen</translation>
        </message>
        <message>
            <source>Paint where it may invent, mark what must stay true, press Upscale.</source>
            <translation>Male, wo erfunden werden darf, markiere, was wahr bleiben muss, drücke Vergrößern.</translation>
        </message>
        <message>
            <source>Your pictures stay on this computer. No account. Nothing is sent.</source>
            <translation>Deine Bilder bleiben auf diesem Rechner. Kein Konto. Nichts wird gesendet.</translation>
        </message>
        <message>
            <source>Drop a picture here</source>
            <translation>Zieh ein Bild hierher</translation>
        </message>
        <message>
            <source>Open…</source>
            <translation>Öffnen …</translation>
        </message>
        <message>
            <source>Try the sample</source>
            <translation>Beispiel ausprobieren</translation>
        </message>
        <message>
            <source>or paste it ({key}).</source>
            <translation>oder füge es ein ({key}).</translation>
        </message>
        <message>
            <source>or paste it.</source>
            <translation>oder füge es ein.</translation>
        </message>
        <message>
            <source>Use it inside Krita and GIMP…</source>
            <translation>In Krita und GIMP verwenden …</translation>
        </message>
    </context>
    <context>
        <name>WindowActions</name>
        <message>
            <source>There is nothing to undo.</source>
            <translation>Es gibt nichts rückgängig zu machen.</translation>
        </message>
        <message>
            <source>There is nothing to redo.</source>
            <translation>Es gibt nichts zu wiederholen.</translation>
        </message>
        <message>
            <source>Open &amp;recent</source>
            <translation>&amp;Zuletzt geöffnet</translation>
        </message>
        <message>
            <source>Open recent</source>
            <translation>Zuletzt geöffnet</translation>
        </message>
        <message>
            <source>Nothing yet</source>
            <translation>Noch nichts</translation>
        </message>
        <message>
            <source>Pictures you open are listed here.</source>
            <translation>Hier stehen die Bilder, die du öffnest.</translation>
        </message>
        <message>
            <source>Clear the list</source>
            <translation>Liste leeren</translation>
        </message>
        <message>
            <source>“{title}” was not saved when the program ended the last time.</source>
            <translation>„{title}“ war nicht gespeichert, als das Programm das letzte Mal endete.</translation>
        </message>
        <message>
            <source>Unsaved work was found</source>
            <translation>Ungespeicherte Arbeit gefunden</translation>
        </message>
        <message>
            <source>Open it</source>
            <translation>Öffnen</translation>
        </message>
        <message>
            <source>Delete it</source>
            <translation>Löschen</translation>
        </message>
        <message>
            <source>Later</source>
            <translation>Später</translation>
        </message>
        <message>
            <source>its picture</source>
            <translation>sein Bild</translation>
        </message>
        <message>
            <source>“{project}” belongs to {picture}, which is not there any more.</source>
            <translation>„{project}“ gehört zu {picture}, das nicht mehr da ist.</translation>
        </message>
        <message>
            <source>Where is the picture?</source>
            <translation>Wo ist das Bild?</translation>
        </message>
        <message>
            <source>Look for it…</source>
            <translation>Suchen …</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Abbrechen</translation>
        </message>
        <message>
            <source>“{picture}” has changed since “{project}” was saved, when it was {size} pixels large. Regions may no longer fit.</source>
            <translation>„{picture}“ hat sich geändert, seit „{project}“ gespeichert wurde; damals war es {size} Pixel groß. Bereiche passen vielleicht nicht mehr.</translation>
        </message>
        <message>
            <source>The picture has changed</source>
            <translation>Das Bild hat sich geändert</translation>
        </message>
        <message>
            <source>Use it anyway</source>
            <translation>Trotzdem verwenden</translation>
        </message>
        <message>
            <source>Look for the old one…</source>
            <translation>Das alte suchen …</translation>
        </message>
        <message>
            <source>Look for the picture</source>
            <translation>Das Bild suchen</translation>
        </message>
        <message>
            <source>{title} is enlarged.</source>
            <translation>{title} ist vergrößert.</translation>
        </message>
        <message>
            <source>All pictures are enlarged and saved.</source>
            <translation>Alle Bilder sind vergrößert und gespeichert.</translation>
        </message>
        <message>
            <source>The report is on the clipboard: version, system, engine. No names, no folders.</source>
            <translation>Der Bericht liegt in der Zwischenablage: Version, System, Rechenwerk. Keine Namen, keine Ordner.</translation>
        </message>
        <message>
            <source>Go on where you stopped?</source>
            <translation>Dort weitermachen, wo du aufgehört hast?</translation>
        </message>
        <message numerus="yes">
            <source>%n pictures were being enlarged. Each is saved beside its source when it is done.</source>
            <translation>
                <numerusform>%n Bild wurde gerade vergrößert. Es wird neben seiner Vorlage gespeichert, wenn es fertig ist.</numerusform>
                <numerusform>%n Bilder wurden gerade vergrößert. Jedes wird neben seiner Vorlage gespeichert, wenn es fertig ist.</numerusform>
            </translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>Weitermachen</translation>
        </message>
        <message>
            <source>Forget them</source>
            <translation>Vergessen</translation>
        </message>
        <message>
            <source>Open a picture first.</source>
            <translation>Öffne zuerst ein Bild.</translation>
        </message>
    </context>
    <context>
        <name>batch</name>
        <message>
            <source>{count} done</source>
            <translation>{count} fertig</translation>
        </message>
        <message>
            <source>{count} skipped</source>
            <translation>{count} übersprungen</translation>
        </message>
        <message>
            <source>{count} failed ({why})</source>
            <translation>{count} misslungen ({why})</translation>
        </message>
        <message>
            <source>Not supported: {kind}. {advice}</source>
            <translation>Nicht unterstützt: {kind}. {advice}</translation>
        </message>
    </context>
    <context>
        <name>canvas</name>
        <message>
            <source>A run that was stopped</source>
            <translation>Ein angehaltener Lauf</translation>
        </message>
        <message>
            <source>Keep partial…</source>
            <translation>Teil behalten …</translation>
        </message>
        <message>
            <source>Save what is done; the rest is your picture, plainly enlarged.</source>
            <translation>Speichert, was fertig ist; der Rest ist dein Bild, einfach vergrößert.</translation>
        </message>
        <message>
            <source>Discard</source>
            <translation>Verwerfen</translation>
        </message>
        <message>
            <source>Show your picture again.</source>
            <translation>Zeigt wieder dein Bild.</translation>
        </message>
        <message>
            <source>Stopped at {done} of {total}. What is done stays in sight until the next run.</source>
            <translation>Angehalten bei {done} von {total}. Was fertig ist, bleibt bis zum nächsten Lauf zu sehen.</translation>
        </message>
        <message>
            <source>No picture</source>
            <translation>Kein Bild</translation>
        </message>
        <message>
            <source>Open…</source>
            <translation>Öffnen …</translation>
        </message>
        <message>
            <source>Try the sample</source>
            <translation>Beispiel ausprobieren</translation>
        </message>
        <message>
            <source>Opening {}…</source>
            <translation>{} wird geöffnet …</translation>
        </message>
        <message>
            <source>Drop a picture here, paste it (Ctrl+V),
or open one.</source>
            <translation>Zieh ein Bild hierher, füge es ein (Strg+V)
oder öffne eines.</translation>
        </message>
        <message>
            <source>Legend of priorities</source>
            <translation>Legende der Prioritäten</translation>
        </message>
        <message>
            <source>May invent</source>
            <translation>Darf erfinden</translation>
        </message>
        <message>
            <source>Close the legend</source>
            <translation>Legende schließen</translation>
        </message>
        <message>
            <source>Before (bicubic ×{})</source>
            <translation>Vorher (bikubisch ×{})</translation>
        </message>
        <message>
            <source>After</source>
            <translation>Nachher</translation>
        </message>
        <message>
            <source>Original</source>
            <translation>Original</translation>
        </message>
        <message>
            <source>After (nothing upscaled yet)</source>
            <translation>Nachher (noch nichts vergrößert)</translation>
        </message>
        <message>
            <source>Picture</source>
            <translation>Bild</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>Vergleichen</translation>
        </message>
        <message>
            <source>Put this bar away.</source>
            <translation>Diese Leiste schließen.</translation>
        </message>
        <message>
            <source>Run again</source>
            <translation>Noch einmal</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>Speichern</translation>
        </message>
        <message>
            <source>Show in folder</source>
            <translation>Im Ordner zeigen</translation>
        </message>
        <message>
            <source>Something was changed since this was made.</source>
            <translation>Seit es entstand, wurde etwas geändert.</translation>
        </message>
        <message>
            <source>The result</source>
            <translation>Das Ergebnis</translation>
        </message>
        <message>
            <source>changed since</source>
            <translation>seither geändert</translation>
        </message>
    </context>
    <context>
        <name>engine</name>
        <message>
            <source>The engine stopped in the middle of the work.</source>
            <translation>Das Rechenwerk hörte mitten in der Arbeit auf.</translation>
        </message>
        <message>
            <source>It is started again. Your picture and regions are safe here.</source>
            <translation>Es wird neu gestartet. Bild und Bereiche sind hier sicher.</translation>
        </message>
        <message>
            <source>The engine could not be started: {reason}</source>
            <translation>Das Rechenwerk konnte nicht gestartet werden: {reason}</translation>
        </message>
        <message>
            <source>An engine of another version is running: {reason}</source>
            <translation>Es läuft ein Rechenwerk einer anderen Version: {reason}</translation>
        </message>
        <message>
            <source>Stop it, then start it again from this window.</source>
            <translation>Halte es an und starte es dann aus diesem Fenster neu.</translation>
        </message>
        <message>
            <source>Something went wrong that nobody foresaw: {reason}</source>
            <translation>Etwas ging schief, das niemand vorhersah: {reason}</translation>
        </message>
        <message>
            <source>Help ▸ Copy report says more. Your work is kept.</source>
            <translation>Hilfe ▸ Bericht kopieren sagt mehr. Deine Arbeit ist noch da.</translation>
        </message>
    </context>
    <context>
        <name>facts</name>
        <message>
            <source>floating point</source>
            <translation>Gleitkomma</translation>
        </message>
        <message>
            <source>{bits} bit</source>
            <translation>{bits} Bit</translation>
        </message>
    </context>
    <context>
        <name>mask_files</name>
        <message>
            <source>“{name}” holds no mask.</source>
            <translation>„{name}“ enthält keine Maske.</translation>
        </message>
        <message>
            <source>White is inside, black is outside.</source>
            <translation>Weiß ist innen, Schwarz ist außen.</translation>
        </message>
        <message>
            <source>{count} regions do not fit into one picture of labels.</source>
            <translation>{count} Bereiche passen nicht in ein Bild mit Nummern.</translation>
        </message>
        <message>
            <source>Export a PNG for each region, or COCO JSON.</source>
            <translation>Gib ein PNG je Bereich aus, oder COCO-JSON.</translation>
        </message>
        <message>
            <source>The runs of a mask do not fill the picture.</source>
            <translation>Die Läufe einer Maske füllen das Bild nicht.</translation>
        </message>
        <message>
            <source>Take the right file.</source>
            <translation>Nimm die richtige Datei.</translation>
        </message>
        <message>
            <source>“{name}” is too large.</source>
            <translation>„{name}“ ist zu groß.</translation>
        </message>
        <message>
            <source>“{name}” is not readable JSON: {reason}.</source>
            <translation>„{name}“ ist kein lesbares JSON: {reason}.</translation>
        </message>
        <message>
            <source>This is no COCO file that can be understood ({reason}).</source>
            <translation>Das ist keine verständliche COCO-Datei ({reason}).</translation>
        </message>
        <message>
            <source>Compressed masks are not read; export them as polygons or plain runs.</source>
            <translation>Gepackte Masken werden nicht gelesen; gib sie als Vielecke oder einfache Läufe aus.</translation>
        </message>
        <message>
            <source>The masks are of a picture of {size}.</source>
            <translation>Die Masken gehören zu einem Bild mit {size}.</translation>
        </message>
    </context>
    <context>
        <name>palette</name>
        <message>
            <source>Faithful</source>
            <translation>Treu</translation>
        </message>
        <message>
            <source>Careful</source>
            <translation>Vorsichtig</translation>
        </message>
        <message>
            <source>Balanced</source>
            <translation>Ausgewogen</translation>
        </message>
        <message>
            <source>Rich</source>
            <translation>Reich</translation>
        </message>
        <message>
            <source>Inventive</source>
            <translation>Erfinderisch</translation>
        </message>
    </context>
    <context>
        <name>save</name>
        <message>
            <source>“{template}” makes no name.</source>
            <translation>„{template}“ ergibt keinen Namen.</translation>
        </message>
        <message>
            <source>Use {name}, {scale} and {ext} in it.</source>
            <translation>Verwende {name}, {scale} und {ext} darin.</translation>
        </message>
        <message>
            <source>“{name}” cannot name a file.</source>
            <translation>„{name}“ kann keine Datei heißen.</translation>
        </message>
        <message>
            <source>Leave out / \ : * ? " &lt; &gt; |</source>
            <translation>Lass / \ : * ? " &lt; &gt; | weg</translation>
        </message>
        <message>
            <source>The result needs {needed} in {folder}, {free} is free.</source>
            <translation>Das Ergebnis braucht {needed} in {folder}, {free} sind frei.</translation>
        </message>
        <message>
            <source>Choose another folder.</source>
            <translation>Wähle einen anderen Ordner.</translation>
        </message>
    </context>
    <context>
        <name>tools</name>
        <message>
            <source>Choose a region first: there is nothing to take away from.</source>
            <translation>Wähle zuerst einen Bereich: es gibt nichts, wovon weggenommen werden könnte.</translation>
        </message>
        <message>
            <source>“{}” is locked. Unlock it in the list to change its shape.</source>
            <translation>„{}“ ist gesperrt. Entsperre ihn in der Liste, um seine Form zu ändern.</translation>
        </message>
        <message>
            <source>“{}” is hidden. Show it in the list to change its shape.</source>
            <translation>„{}“ ist verborgen. Zeige ihn in der Liste, um seine Form zu ändern.</translation>
        </message>
        <message>
            <source>Brush</source>
            <translation>Pinsel</translation>
        </message>
        <message>
            <source>Nothing would be left of this region. Delete it with Del instead.</source>
            <translation>Von diesem Bereich bliebe nichts. Lösche ihn stattdessen mit Entf.</translation>
        </message>
        <message>
            <source>Eraser</source>
            <translation>Radierer</translation>
        </message>
        <message>
            <source>Nothing found here. Try a box, or the brush (B).</source>
            <translation>Hier ist nichts zu finden. Versuche einen Kasten oder den Pinsel (B).</translation>
        </message>
        <message>
            <source>Take suggestion</source>
            <translation>Vorschlag übernehmen</translation>
        </message>
        <message>
            <source>part</source>
            <translation>Teil</translation>
        </message>
        <message>
            <source>object</source>
            <translation>Objekt</translation>
        </message>
        <message>
            <source>whole</source>
            <translation>Ganzes</translation>
        </message>
        <message>
            <source>Region {}</source>
            <translation>Bereich {}</translation>
        </message>
        <message>
            <source>Nothing was marked: it lies outside the picture.</source>
            <translation>Nichts wurde markiert: es liegt außerhalb des Bildes.</translation>
        </message>
        <message>
            <source>New region</source>
            <translation>Neuer Bereich</translation>
        </message>
        <message>
            <source>Add to region</source>
            <translation>Zum Bereich dazu</translation>
        </message>
        <message>
            <source>Take from region</source>
            <translation>Vom Bereich weg</translation>
        </message>
        <message>
            <source>Intersect region</source>
            <translation>Mit Bereich schneiden</translation>
        </message>
        <message>
            <source>Three corners make an outline.</source>
            <translation>Drei Ecken ergeben einen Umriss.</translation>
        </message>
    </context>
    <context>
        <name>words</name>
        <message>
            <source>about {count} s</source>
            <translation>etwa {count} s</translation>
        </message>
        <message>
            <source>about {count} min</source>
            <translation>etwa {count} min</translation>
        </message>
        <message>
            <source>about {count} h</source>
            <translation>etwa {count} h</translation>
        </message>
        <message>
            <source>Stopping after this tile…</source>
            <translation>Hält nach dieser Kachel an …</translation>
        </message>
        <message>
            <source>Sending the picture to the engine…</source>
            <translation>Das Bild geht an das Rechenwerk …</translation>
        </message>
        <message>
            <source>Tile {done} of {total}</source>
            <translation>Kachel {done} von {total}</translation>
        </message>
        <message>
            <source>{time} left</source>
            <translation>noch {time}</translation>
        </message>
        <message>
            <source>Done in {time}.</source>
            <translation>Fertig in {time}.</translation>
        </message>
        <message>
            <source>Stopped at {done} of {total}.</source>
            <translation>Angehalten bei {done} von {total}.</translation>
        </message>
        <message>
            <source>Stopped before it began.</source>
            <translation>Angehalten, bevor es begann.</translation>
        </message>
        <message>
            <source>Detail {value}</source>
            <translation>Einzelheiten {value}</translation>
        </message>
        <message>
            <source>automatic</source>
            <translation>automatisch</translation>
        </message>
        <message>
            <source>Clean up {value}</source>
            <translation>Säubern {value}</translation>
        </message>
        <message numerus="yes">
            <source>%n regions</source>
            <translation>
                <numerusform>%n Bereich</numerusform>
                <numerusform>%n Bereiche</numerusform>
            </translation>
        </message>
        <message>
            <source>Rest {value}</source>
            <translation>Rest {value}</translation>
        </message>
        <message>
            <source>measuring…</source>
            <translation>wird gemessen …</translation>
        </message>
    </context>
</TS>
