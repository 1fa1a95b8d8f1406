"""The commands, one file each: options in, one call, output. Heavy imports happen inside them."""
