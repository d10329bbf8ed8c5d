"""WeChat Pay APIv3 for a merchant's own account, in public-key mode."""
