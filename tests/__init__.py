"""Tests of the whole, by what they need."""
