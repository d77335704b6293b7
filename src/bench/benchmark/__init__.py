"""Measures tcp-echo beside its peers; see cli for the command line, and docs/benchmarks.md for the method."""
