"""Apps: the systems that the register is kept in agreement with, a tile each; a tile opens its drawer."""
