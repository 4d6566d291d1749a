"""`python -m deploy …` is `client-sync …`."""

from deploy.cli import main

main()
