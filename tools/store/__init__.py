"""Knowledge-graph stores: the embedded server, Bolt, memory."""
