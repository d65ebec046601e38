"""The chat around the QA graph: its nodes, follow-up questions, and answers as messages."""
