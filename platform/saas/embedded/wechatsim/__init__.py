"""The server side of WeChat mini-programs on this machine: log-in, phone, tokens, messages and shipping upload."""
