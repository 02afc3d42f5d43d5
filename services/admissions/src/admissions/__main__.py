"""`python -m admissions serve|migrate|openapi|asyncapi`."""

from admissions.main import main

main()
