"""The language work of the question's nodes, done by a chat model: adapters of the ports, prompts in files."""
