"""What operators do at a terminal: look at one client, put its link back, pause requests, end a connection."""
