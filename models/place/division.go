package place

import (
	"regexp"
	"slices"

	"linli/models"
)

// CodeOn is the code and name that a division had on day, out of all that it ever had. It reports false when the
// division had none that day. Old addresses keep the code of their day (B-m).
func CodeOn(codes []DivisionCode, day models.Date) (DivisionCode, bool) {
	i := slices.IndexFunc(codes, func(c DivisionCode) bool { return day.Within(c.ValidFrom, c.ValidTo) })
	if i < 0 {
		return DivisionCode{}, false
	}
	return codes[i], true
}

var communityCodePattern = regexp.MustCompile(`^\d{12}$`)

// CommunityCode reports whether code is a statistical code of a community: 12 digits, the first nine its town's (AD-1).
func CommunityCode(code string) bool { return communityCodePattern.MatchString(code) }

// TownOfCode is the nine-digit code of the town in which a community's code lies.
func TownOfCode(communityCode string) string {
	if !CommunityCode(communityCode) {
		return ""
	}
	return communityCode[:9]
}
