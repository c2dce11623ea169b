"""What AWS promises its callers, case by case, and who keeps it: the fakes, moto, an account."""
