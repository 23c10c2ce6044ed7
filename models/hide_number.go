package models

import (
	"regexp"
	"slices"
	"strings"
)

// shortest is the length of a local phone number, longest that of an identity number.
const (
	shortest = 7
	longest  = 18
)

// between are the signs that people put between the digits of a number.
const between = `[ .·•‧∙・。,、_\-‐-―−﹣/\\|*~〜+()\[\]{}'"…【】「」『』]`

var (
	runPattern = regexp.MustCompile(`\d(?:` + between + `{0,4}\d)*(?:` + between + `?x)?`)
	setPattern = regexp.MustCompile(`\d+|x`)

	mobileShape   = regexp.MustCompile(`^(?:0{0,2}86|0)?1[3-9]\d{9}$`)
	landlineShape = regexp.MustCompile(`^0[1-9]\d{8,10}$`)
	localShape    = regexp.MustCompile(`^[2-9]\d{6,7}$`)
	identityShape = regexp.MustCompile(`^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)\d{4}(?:(?:19|20)?\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]?$`)
	dayShape      = regexp.MustCompile(`^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$`)

	// flatPattern is what the numbers of flats look like: a list of them may have as many digits as a phone number.
	flatPattern = regexp.MustCompile(`^\d{1,2}(?:0[1-9]|1\d|20)$`)
	// calledBefore ends with a word after which a number is to be called.
	calledBefore = regexp.MustCompile(`(?:电话|手机|座机|固话|号码|联系方式|联系我|拨|打给?我|call|tel|phone)[^0-9]{0,4}$`)
	// countedAfter begins with what a plain figure counts.
	countedAfter = regexp.MustCompile(`^ ?(?:[元块万毛角年月日米平㎡度吨斤公条件户人次天个栋幢座室层楼%‰]|号楼|号院|号|单元)`)
)

// set is a run of digits without a sign in it.
type set struct {
	from, to int
	digits   string
	sign     string // what stands before it
}

// findNumbers finds phone and identity numbers. A number begins and ends where a set of digits does, so that parts of
// longer figures do not count; what the sets look like tells a number from a list of flats or prices.
func findNumbers(p plain, own Own) []span {
	if !least(shortest, p.digits, isDigit) {
		return nil
	}
	var found []span
	for _, m := range matches(runPattern, p.digits) {
		sets := setsOf(p.digits, m[0], m[1])
		for i := 0; i < len(sets); i++ {
			for j := i + reach(sets[i:]) - 1; j >= i; j-- {
				kind := numberIn(p, sets[i:j+1], own)
				if kind == noNumber {
					continue
				}
				if kind == personal {
					found = append(found, span{sets[i].from, sets[j].to})
				}
				i = j
				break
			}
		}
	}
	return found
}

// reach is how many sets, from the first on, the longest number may take.
func reach(sets []set) int {
	for n, digits := 0, 0; n < len(sets); n++ {
		if digits += len(sets[n].digits); digits > longest {
			return n
		}
	}
	return len(sets)
}

func setsOf(digits []rune, from, to int) []set {
	var sets []set
	last := from
	for _, m := range matches(setPattern, digits[from:to]) {
		s := set{from: from + m[0], to: from + m[1]}
		s.digits, s.sign = string(digits[s.from:s.to]), string(digits[last:s.from])
		sets, last = append(sets, s), s.to
	}
	return sets
}

type numberKind int

const (
	noNumber numberKind = iota
	personal
	public // on the poster
)

func numberIn(p plain, sets []set, own Own) numberKind {
	var b strings.Builder
	for _, s := range sets {
		b.WriteString(s.digits)
	}
	digits := b.String()
	if len(digits) < shortest || len(digits) > longest {
		return noNumber
	}
	if slices.ContainsFunc(own.Public, func(number string) bool { return samePhone(number, digits) }) {
		return public
	}
	if identityShape.MatchString(digits) && (len(digits) == 18 || len(digits) == 15 && !strings.HasSuffix(digits, "x")) {
		return personal
	}
	called := calledBefore.MatchString(string(p.words[max(0, sets[0].from-12):sets[0].from]))
	counted := len(sets) > 1 && countedAfter.MatchString(string(p.words[sets[len(sets)-1].to:min(len(p.words), sets[len(sets)-1].to+4)]))
	switch {
	case counted:
	case mobileShape.MatchString(digits) && (called || likeMobile(sets)):
		return personal
	case landlineShape.MatchString(digits) && (called || likeLandline(sets)):
		return personal
	case localShape.MatchString(digits) && called && len(sets) <= 2 && !dayShape.MatchString(digits):
		return personal
	}
	return noNumber
}

// samePhone compares a number of the poster with digits, with and without its area code.
func samePhone(number, digits string) bool {
	plain := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	return len(plain) >= 7 && (plain == digits || len(digits) >= 7 && strings.HasPrefix(plain, "0") && len(plain)-len(digits) <= 4 && strings.HasSuffix(plain, digits))
}

// likeMobile reports whether eleven digits are set like a phone number and not like a list or a date.
func likeMobile(sets []set) bool {
	if len(sets) > 1 && strings.HasSuffix("0086", sets[0].digits) {
		sets = sets[1:]
	}
	sizes := sizesOf(sets)
	switch {
	case len(sets) == 1 || allSizes(sizes, 1, 1) || slices.Equal(sizes, []int{3, 4, 4}):
		return true
	case sizes[0] == 4 && strings.HasPrefix(sets[0].digits, "19") && sizes[1] <= 2: // a year and its month
		return false
	case listed(sets):
		return !allSizes(sizes, 1, 2) && !allSizes(sizes, 3, 4)
	}
	return slices.ContainsFunc(sets, func(s set) bool { return !flatPattern.MatchString(s.digits) })
}

func likeLandline(sets []set) bool {
	sizes := sizesOf(sets)
	return len(sets) == 1 || allSizes(sizes, 1, 1) || sizes[0] == 3 || sizes[0] == 4
}

func sizesOf(sets []set) []int {
	sizes := make([]int, len(sets))
	for i, s := range sets {
		sizes[i] = len(s.digits)
	}
	return sizes
}

func allSizes(sizes []int, least, most int) bool {
	return !slices.ContainsFunc(sizes, func(n int) bool { return n < least || n > most })
}

func listed(sets []set) bool {
	return slices.ContainsFunc(sets[1:], func(s set) bool { return strings.ContainsAny(s.sign, ",、") })
}
