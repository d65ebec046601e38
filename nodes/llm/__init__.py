"""The nodes' language work done by a chat model: adapters of the ports, with prompts in files."""
