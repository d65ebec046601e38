"""What an answer is made of beside the cited sentences: the short answer, pages it names, abstention, the judge."""
