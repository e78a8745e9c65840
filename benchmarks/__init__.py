"""Benchmarks, each printing its figures with its targets. `./portal bench` runs them on services of their own."""
