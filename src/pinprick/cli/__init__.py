"""The `pinprick` command."""
