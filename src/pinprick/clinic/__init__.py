"""The clinic application: people who treat use the model here."""
