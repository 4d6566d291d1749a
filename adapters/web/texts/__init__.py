"""The product's sentences, for API, console and operators alike."""
