"""`python -m admissions serve|migrate|openapi|asyncapi|replay RUN…`."""

from admissions.main import main

main()
