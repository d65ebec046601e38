"""Find the short answer: the span of the cited sentences that the question asks for."""
