"""`python -m compiler` does what `chengwen` does."""

from compiler.start import main

main()
