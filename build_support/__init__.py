"""What builds, checks and packs the project; nothing in here runs on a live site."""
