"""The meaning worker: embedding models and vector stores, in a process of its own."""
