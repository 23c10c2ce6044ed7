package models

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// MaskPhone shows the ends of a phone number: 138****1234 (FIELD B-j).
func MaskPhone(phone string) string {
	if len(phone) < 8 {
		return strings.Repeat("*", len(phone))
	}
	return phone[:3] + strings.Repeat("*", len(phone)-7) + phone[len(phone)-4:]
}

var doubleSurnames = []string{"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒", "独孤", "南宫", "端木"}

// MaskName shows the family name only: 张*, 欧阳* (FIELD B-j).
func MaskName(name string) string {
	if name == "" {
		return ""
	}
	for _, s := range doubleSurnames {
		if strings.HasPrefix(name, s) && utf8.RuneCountInString(name) > 2 {
			return s + "*"
		}
	}
	_, size := utf8.DecodeRuneInString(name)
	return name[:size] + "*"
}

// contactPattern finds mobile numbers, land lines with area code, and identity numbers in free text, also in full-width
// digits, which Chinese keyboards write, and mobile numbers in groups of any length.
var contactPattern = regexp.MustCompile(`[1１]` + gap + `[3-9３-９]` + strings.Repeat(gap+digit, 9) +
	`|[0０]` + digit + `{2,3}` + gap + digit + `{7,8}` +
	`|` + digit + `{17}[0-9０-９XxＸｘ]|` + digit + `{15}`)

const (
	digit = `[0-9０-９]`
	gap   = `[ 　.·－—-]?`
)

// HideContacts takes phone and identity numbers out of a text before the party complained of reads it, and reports
// whether it found any. People name themselves in the text they write; the rule must not depend on their caution.
func HideContacts(text string) (string, bool) {
	hidden := contactPattern.ReplaceAllString(text, "▇▇▇")
	return hidden, hidden != text
}

var mobilePattern = regexp.MustCompile(`^1[3-9]\d{9}$`)

// Mobile reports whether phone is a mainland mobile number, eleven digits without prefix.
func Mobile(phone string) bool { return mobilePattern.MatchString(phone) }
