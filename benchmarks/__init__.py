"""Speed and memory, measured as ratios to bare code in the same run: `./run bench`."""
