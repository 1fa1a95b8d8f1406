"""What develops and measures the project; nothing of it is installed."""
