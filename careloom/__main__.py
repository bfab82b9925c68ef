"""`python -m careloom` is the command line."""

from careloom.cli import main

main()
