"""`python -m catalogue serve|migrate|openapi|asyncapi`."""

from catalogue.main import build
from shared.service import main

main(build)
