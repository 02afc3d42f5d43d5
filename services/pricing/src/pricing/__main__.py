"""`python -m pricing serve|migrate|openapi|asyncapi`."""

from pricing.main import build
from shared.service import main

main(build)
