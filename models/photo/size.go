package photo

// Size is one of the two renderings that are kept of a photo.
type Size string

// The renderings: at most FullSide and ThumbSide pixels a side.
const (
	SizeFull  Size = "full"
	SizeThumb Size = "thumb"
)
