"""A whole school year of a made-up region, played on real components."""
