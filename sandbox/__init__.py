"""The promotion sandbox: try Talon.One promotion rules before customers meet them."""
