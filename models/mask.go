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

var mobilePattern = regexp.MustCompile(`^1[3-9]\d{9}$`)

// Mobile reports whether phone is a mainland mobile number, eleven digits without prefix.
func Mobile(phone string) bool { return mobilePattern.MatchString(phone) }
