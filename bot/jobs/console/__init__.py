"""What owners do on the console's pages: who they are, what they see, what they change."""
