"""The ingestion graph's nodes, in the order they run."""
