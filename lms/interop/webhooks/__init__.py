"""Webhooks: another system is told of what happens in the library, signed as Standard Webhooks says.

Nouns: `Webhook` (an address, topics, a secret) and `WebhookDelivery` (one message to it and how it went).
"""
