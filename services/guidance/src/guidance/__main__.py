"""`python -m guidance serve|migrate|openapi|asyncapi`."""

from guidance.main import build
from shared.service import main

main(build)
