"""Pages of checkout: placing an order, paying it, and the finance desk."""
