"""What an admin does with the portal: set it up for a demonstration, see its state, and have it examined."""
