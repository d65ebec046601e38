"""What the QA graph does: one file a node."""
