package ticket

import (
	"fmt"
	"strings"

	"linli/models"
)

// Number makes the number that people see (B-b.1 no. 15): day, last three digits of the community's code, a counter of
// that day, and a check digit (Luhn) that catches one wrong digit or two swapped ones.
func Number(day models.Date, communityCode string, seq int64) string {
	community := "000"
	if n := len(communityCode); n >= 3 {
		community = communityCode[n-3:]
	}
	digits := strings.ReplaceAll(string(day), "-", "")
	body := fmt.Sprintf("%s-%s-%04d", digits, community, seq)
	return fmt.Sprintf("%s-%d", body, luhn(body))
}

// ValidNumber reports whether the check digit of a typed number fits.
func ValidNumber(number string) bool {
	i := strings.LastIndexByte(number, '-')
	return i > 0 && number[i+1:] == fmt.Sprint(luhn(number[:i]))
}

func luhn(s string) int {
	sum, double := 0, true
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		d := int(s[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return (10 - sum%10) % 10
}

// ReadNumber reads a ticket's number as people type it, with or without its dashes, and reports whether it can be one.
func ReadNumber(typed string) (string, bool) {
	const day, community, check = 8, 3, 1
	all := signs(typed)
	if len(all) < day+community+4+check {
		return "", false
	}
	end := len(all) - check
	number := strings.Join([]string{all[:day], all[day : day+community], all[day+community : end], all[end:]}, "-")
	return number, ValidNumber(number)
}

// ReadCode reads a query code as people type it: spaces and dashes, small and full-width letters.
func ReadCode(typed string) string { return signs(typed) }

// signs keeps the letters and digits of what was typed, half width and large.
func signs(typed string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r = r - '！' + '!'
		}
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, typed)
}
