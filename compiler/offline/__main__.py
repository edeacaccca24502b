"""Makes the bundle: `python -m compiler.offline`."""

from compiler.offline.command import main

if __name__ == "__main__":
    main()
