"""QuickBooks Online over HTTP: its customers as ours, its answers as values."""
