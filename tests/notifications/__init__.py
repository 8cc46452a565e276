"""The outbox, mails and the diary."""
