"""A made-up service with one page of each kind, to try the page kit on."""
