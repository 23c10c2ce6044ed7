package photo

import (
	"fmt"
	"regexp"
	"slices"

	"linli/models"
)

// Limits of what is taken (DECISIONS 21). A phone sends about 400 kB; these bounds are for cameras and for attackers.
const (
	MaxPerRecord = 9
	MaxPerDay    = 300      // photos one account may list in a day of Shanghai: a busy repair team, not a flood
	MaxBytes     = 15 << 20 // of one photo as sent
	MaxSide      = 12_000   // pixels
	MaxPixels    = 24_000_000
	// MaxHeavyPixels bounds pictures that take several times their size to decode: progressive, interlaced, 16 bit.
	MaxHeavyPixels = 16_000_000
	FullSide       = 1600 // pixels of the long side of what is kept
	ThumbSide      = 320
)

var (
	clientIDPattern = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	sha256Pattern   = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// IsClientID reports whether s is a UUID in its one accepted spelling, lower case with hyphens. Another spelling of
// the same id would pass the unique constraint, so it is refused rather than tidied.
func IsClientID(s string) bool { return clientIDPattern.MatchString(s) }

// IsSHA256 reports whether s is 64 lower-case hex digits.
func IsSHA256(s string) bool { return sha256Pattern.MatchString(s) }

// ValidateClaims judges the manifest of one record. Where kinds are given, only those may appear. The error names the
// line and the field at fault, "photos[2].sha256".
func ValidateClaims(claims []Claim, kinds ...Kind) error {
	if len(claims) > MaxPerRecord {
		return models.RefuseField("photo.too_many", "photos").With("limit", MaxPerRecord)
	}
	if len(kinds) == 0 {
		kinds = []Kind{Before, After, Message}
	}
	seen := map[string]bool{}
	for i, c := range claims {
		at := func(field string) string { return fmt.Sprintf("photos[%d].%s", i, field) }
		switch {
		case !IsClientID(c.ClientID):
			return models.RefuseField("photo.bad_client_id", at("client_id"))
		case seen[c.ClientID]:
			return models.RefuseField("photo.listed_twice", at("client_id"))
		case !IsSHA256(c.SHA256):
			return models.RefuseField("photo.bad_sha256", at("sha256"))
		case !slices.Contains(kinds, c.Kind):
			return models.RefuseField("photo.bad_kind", at("kind"))
		case c.Bytes <= 0:
			return models.RefuseField("photo.empty", at("bytes"))
		case c.Bytes > MaxBytes:
			return models.RefuseField("photo.too_large", at("bytes")).With("max_bytes", MaxBytes)
		}
		seen[c.ClientID] = true
	}
	return nil
}

// A camera whose battery was out says 2000 or 2099. Such figures are dropped, not refused: a wrong clock must not keep
// a complaint from being filed.
const (
	mostMinutesAgo  = 20 * 366 * 24 * 60
	leastMinutesAgo = -24 * 60
)

// PlausibleMinutes keeps a distance in time that can be true, and drops any other.
func PlausibleMinutes(minutes *int64) *int64 {
	if minutes == nil || *minutes < leastMinutesAgo || *minutes > mostMinutesAgo {
		return nil
	}
	return minutes
}
