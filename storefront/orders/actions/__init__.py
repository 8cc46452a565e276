"""The verbs of an order. Each locks, asks the rules, writes, appends an event, queues."""
