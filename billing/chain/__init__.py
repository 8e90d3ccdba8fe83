"""The hash chain over issued documents: proving it, and handing its heads to others."""
