"""The plug-ins for Krita and GIMP: where they go, what they hold, and how they are packed. No host is needed for it."""
