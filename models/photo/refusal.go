package photo

import "linli/models"

// The codes with which a photo's bytes are refused for good: the manifest fixes the bytes, so the same photo cannot
// become good later. They stand in the row's refuse_code.
const (
	NotAPhoto     = "photo.not_a_photo"     // not JPEG, PNG or WebP, or one that moves
	HEIC          = "photo.heic"            // the phone's camera setting has to change
	Broken        = "photo.broken"          // begins as a picture and does not go on as one
	TooManyPixels = "photo.too_many_pixels" // more than we can decode in bounded memory
)

// Refusal is the error that belongs to a code with which a photo is refused for good.
func Refusal(code string) *models.Error {
	switch code {
	case NotAPhoto:
		return models.Refuse(models.Unsupported, code)
	case TooManyPixels:
		return models.Refuse(models.Invalid, code).With("max_pixels", MaxPixels).With("max_heavy_pixels", MaxHeavyPixels)
	}
	return models.Refuse(models.Invalid, code)
}

// ForGood reports whether err condemns the bytes themselves, so that sending them again can change nothing.
func ForGood(err error) bool {
	switch models.CodeOf(err) {
	case NotAPhoto, HEIC, Broken, TooManyPixels:
		return true
	}
	return false
}
