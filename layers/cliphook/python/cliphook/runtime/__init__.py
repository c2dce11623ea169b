"""What every function needs around its story: settings, HTTP, observability."""
