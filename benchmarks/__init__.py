"""Benchmarks: figures beside their baselines, in one run (benchmarks/README.md)."""
