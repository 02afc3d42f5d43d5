"""Files from local systems, read into events; a row that cannot be read says why, the rest goes through."""
