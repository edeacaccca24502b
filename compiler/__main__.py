"""`python -m compiler` does what `chengwen` does."""

from compiler.cli import main

main()
