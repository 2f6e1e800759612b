"""A demonstration clinic made from the package's own examples."""
