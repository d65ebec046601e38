"""The short answer: what of the cited sentences a question asks for, and what of it must fit."""
