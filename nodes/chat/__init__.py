"""The chat around the QA graph: follow-ups, and answers as messages."""
