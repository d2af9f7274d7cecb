"""What ``beeld doctor`` looks at: this machine, and whether the product works on it."""
