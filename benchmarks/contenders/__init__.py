"""What is measured. Each module has `run(given)`, started in a process of its own by `benchmarks.child`."""
