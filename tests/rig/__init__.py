"""What the tests stand on: databases, servers, browser and the checks made on every page."""
