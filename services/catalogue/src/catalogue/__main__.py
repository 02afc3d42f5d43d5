"""`python -m catalogue serve|migrate|openapi|asyncapi`."""

from shared.service import main

from catalogue.main import build

main(build)
