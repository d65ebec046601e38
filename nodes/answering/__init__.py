"""What an answer needs beside its cited sentences: short answer, page mentions, abstention and judge."""
