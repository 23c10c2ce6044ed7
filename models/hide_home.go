package models

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	firstNumber = regexp.MustCompile(`[0-9十百]+|[a-z]`)
	onlyNumber  = regexp.MustCompile(`^[0-9]+$`)
	// belongsTo reads the building, entrance and floor that stand right before the number of a flat.
	belongsTo  = regexp.MustCompile(`(?:([0-9十百]+|[a-z])(?:号楼|号院|号|栋|幢|座|#楼?)[ ,-]?)?(?:([0-9十百]+|[a-z])(?:单元|门洞?)[ ,-]?)?(?:[0-9十]+(?:楼|层)[ ,-]?)?$`)
	dashedTo   = regexp.MustCompile(`(?:([0-9a-z十]+)-)?([0-9a-z十]+)-$`)
	ownSide    = regexp.MustCompile(`^ ?(?:楼|层)的?[东西中南北左右对](?:边|侧|面|手)?(?:那|的|这)?(?:户|门|家)`)
	flatSuffix = regexp.MustCompile(`^ ?(?:室|户|号)`)
	notFlat    = regexp.MustCompile(`(?:[¥￥$€第±]|工号|单号|编号|型号|批号|尾号|车牌|密码|验证码|文件|[0-9][.:/]) ?$`)
	goesOn     = regexp.MustCompile(`^[.:/][0-9]`)
)

// findHomes finds the writer's own flat however its number is written, and his side of his floor (5楼东户). The same
// number in another building or entrance is somebody else's, and stays.
func findHomes(p plain, own Own) []span {
	var found []span
	for _, home := range own.Homes {
		unit := plainOf([]rune(home.Unit))
		if len(unit.digits) == 0 {
			continue
		}
		number, err := strconv.Atoi(string(unit.digits))
		if err != nil || !onlyNumber.MatchString(string(unit.digits)) {
			if len(unit.words) >= 3 {
				found = append(found, occurrences(p.digits, unit.digits)...)
			}
			continue
		}
		for _, spelling := range spellings(number, string(unit.digits)) {
			for _, s := range occurrences(p.digits, []rune(spelling)) {
				if to := flatEnd(p, s, number, home); to > 0 {
					found = append(found, span{s.from, to})
				}
			}
		}
		found = append(found, sidesOf(p, number/100)...)
	}
	return found
}

// flatEnd says where the own flat's number ends that stands at s, or 0 when it is something else.
func flatEnd(p plain, s span, number int, home OwnHome) int {
	before, after := string(p.digits[max(0, s.from-24):s.from]), ahead(p.digits, s.to, 4)
	if endsInNumeral(before) || beginsWithNumeral(after) || notFlat.MatchString(before) || notFlatAfter.MatchString(ahead(p.words, s.to, 4)) || goesOn.MatchString(after) {
		return 0
	}
	suffix := flatSuffix.FindString(after)
	if number < 100 && suffix == "" || elsewhere(before, home) {
		return 0
	}
	return s.to + utf8.RuneCountInString(suffix)
}

func endsInNumeral(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return isNumeral(r)
}

func beginsWithNumeral(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isNumeral(r)
}

func isNumeral(r rune) bool { return r >= '0' && r <= '9' || strings.ContainsRune("十百千万", r) }

// elsewhere reports whether the words before a flat name another building or entrance than the writer's.
func elsewhere(before string, home OwnHome) bool {
	building, entrance := keyOf(home.Building), keyOf(home.Entrance)
	other := func(named, own string) bool { return named != "" && own != "" && numberOf(named) != own }
	if m := dashedTo.FindStringSubmatch(before); m != nil {
		if m[1] == "" {
			return other(m[2], building) && other(m[2], entrance)
		}
		return other(m[1], building) || other(m[2], entrance)
	}
	m := belongsTo.FindStringSubmatch(before)
	return m != nil && (other(m[1], building) || other(m[2], entrance))
}

// keyOf is the number in a building's or entrance's name, "" when it has none.
func keyOf(name string) string {
	return numberOf(firstNumber.FindString(string(plainOf([]rune(name)).digits)))
}

// numberOf writes 十2 and 012 as 12.
func numberOf(text string) string {
	if !strings.ContainsAny(text, "十百") {
		if trimmed := strings.TrimLeft(text, "0"); trimmed != "" {
			return trimmed
		}
		return text
	}
	total, digit := 0, -1
	for _, r := range text {
		switch r {
		case '十', '百':
			total += max(digit, 1) * map[rune]int{'十': 10, '百': 100}[r]
			digit = -1
		default:
			digit = int(r - '0')
		}
	}
	return strconv.Itoa(total + max(digit, 0))
}

// spellings are the ways to write a flat's number once every single numeral is a digit: 501 and 5百01 (五百零一).
func spellings(n int, asNamed string) []string {
	all := []string{asNamed}
	hundreds, rest := n/100, n%100
	tail := fmt.Sprintf("0%d", rest)
	switch {
	case rest == 0:
		tail = ""
	case rest >= 10:
		tail = tens(rest)[0]
	}
	if hundreds >= 1 && hundreds <= 9 {
		all = append(all, fmt.Sprintf("%d百%s", hundreds, tail))
		if rest >= 10 && rest <= 19 {
			all = append(all, fmt.Sprintf("%d百%s", hundreds, tens(rest)[1]))
		}
	}
	if hundreds >= 10 && hundreds <= 99 {
		for _, spelled := range tens(hundreds) {
			all = append(all, fmt.Sprintf("%s%02d", spelled, rest))
		}
		middle := fmt.Sprintf("%d百", hundreds%10)
		if hundreds%10 == 0 {
			middle = strings.Repeat("0", min(1, rest/10))
		}
		all = append(all, fmt.Sprintf("%d千%s%s", hundreds/10, middle, tail))
	}
	return all
}

// tens spells 10…99: 12 as 1十2 and 十2.
func tens(n int) []string {
	last := ""
	if n%10 > 0 {
		last = strconv.Itoa(n % 10)
	}
	spelled := fmt.Sprintf("%d十%s", n/10, last)
	if n/10 == 1 {
		return []string{spelled, "十" + last}
	}
	return []string{spelled}
}

// sidesOf finds the writer's floor with a side of it: 5楼东户. The floor alone is a place of the matter, and stays.
func sidesOf(p plain, floor int) []span {
	if floor < 1 || floor > 99 {
		return nil
	}
	ways := []string{strconv.Itoa(floor)}
	if floor >= 10 {
		ways = append(ways, tens(floor)...)
	}
	var found []span
	for _, way := range ways {
		for _, s := range occurrences(p.digits, []rune(way)) {
			side := ownSide.FindString(ahead(p.digits, s.to, 9))
			if side != "" && !endsInNumeral(string(p.digits[max(0, s.from-1):s.from])) {
				found = append(found, span{s.from, s.to + utf8.RuneCountInString(side)})
			}
		}
	}
	return found
}
