"""What one workspace does besides evaluating: reserve, create, join, sync, list."""
