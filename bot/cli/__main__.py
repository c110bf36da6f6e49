"""`python -m bot.cli` is the `chenbao` command."""

from bot.cli import main

main()
