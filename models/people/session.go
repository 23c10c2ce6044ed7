package people

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Ages of a session (DECISIONS 17). A resident's phone stays signed in for 180 days after its last use, a desk at work
// for twelve hours. RefreshGrace is how long a replaced refresh token still gets the same successor though that one is
// in use already: two tabs asked at once.
const (
	ResidentSession = 180 * 24 * time.Hour
	StaffSession    = 12 * time.Hour
	RefreshGrace    = 30 * time.Second
	AccessLife      = 10 * time.Minute
	SetupLife       = 30 * time.Minute
)

// SessionAge is how long a session lives after its last use.
func SessionAge(staff bool) time.Duration {
	if staff {
		return StaffSession
	}
	return ResidentSession
}

// MayAskAgain reports whether a refresh token that has been replaced gets its successor once more. arrived: the successor,
// or the access token beside it, has been used; since: the time since the replacement.
//
// As long as nobody has used the successor, its answer was lost on the way. Once it has been used, whoever still brings
// the old one has a copy, unless two tabs asked at once.
func MayAskAgain(arrived bool, since time.Duration) bool {
	return !arrived || since <= RefreshGrace
}

// Why a session ended.
const (
	EndedSignOut  = "sign_out"
	EndedRevoked  = "revoked"  // from another device of the same person
	EndedPassword = "password" // a new password ends the other sessions
	EndedReuse    = "reuse"    // an old refresh token came back: somebody has a copy
	EndedSetup    = "setup"
	EndedByHand   = "by_hand"       // by whoever sits at the server
	EndedAdmin    = "admin"         // by an admin, after a phone was lost
	EndedFactor   = "second_factor" // added (the other sessions were opened without it) or taken away by an admin
)

// MaxDevice is the longest name of a device, in characters.
const MaxDevice = 60

// CleanDevice makes what a browser says about itself fit to be shown.
func CleanDevice(device string) string {
	device = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, strings.TrimSpace(device))
	if utf8.RuneCountInString(device) > MaxDevice {
		device = string([]rune(device)[:MaxDevice])
	}
	return device
}
