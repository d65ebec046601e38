"""Vector and text indexes."""
