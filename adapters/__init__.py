"""What talks to the world outside: QuickBooks, Canopy, people, SQL."""
