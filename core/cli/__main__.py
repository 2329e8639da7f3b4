"""`python -m core.cli`, where the console entry is not on the path."""

from core.cli import main

if __name__ == "__main__":
    main()
