package models

// WholeBP is all of something in basis points.
const WholeBP = 10_000

// ShareBP is part of whole in basis points, rounded half up. whole is above nothing.
func ShareBP(part, whole int64) int64 { return (2*WholeBP*part + whole) / (2 * whole) }
