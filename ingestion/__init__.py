"""The ingestion graph's nodes (`nodes/`), and what they lean on."""
