"""Pictures of symbols: from bytes to symbols, bounded in bytes, pixels, time and memory."""
