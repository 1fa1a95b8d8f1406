"""The embedded model, multilingual-e5-small: its 4-bit weights, its tokens, its graph, and what runs it."""
