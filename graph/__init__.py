"""The two graphs, and the composition root that binds ports to adapters."""
