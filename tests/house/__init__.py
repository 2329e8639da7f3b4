"""The eight rules of the house, each a function from sources to faults. Nothing here imports the house."""
