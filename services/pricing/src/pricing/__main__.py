"""`python -m pricing serve|migrate|openapi|asyncapi`."""

from shared.service import main

from pricing.main import build

main(build)
