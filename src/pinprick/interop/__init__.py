"""Records of other systems, read into facts."""
