"""What the ingestion graph does: one file a node, formats and extraction beneath."""
