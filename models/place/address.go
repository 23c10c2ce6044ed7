package place

import (
	"regexp"
	"strconv"
	"strings"
)

// Address is what could be read from one line of an address: "××小区3号楼2单元501" has all four parts.
type Address struct {
	Estate   string // what stands before the building, or all of it when no building is named
	Building string // canonical: "3" for 3号楼, 3幢, 三栋, ３号楼; "A" for A座
	Entrance string // canonical: "2"
	Unit     string // canonical: "501"
}

const numeral = `[0-9a-zA-Z零〇一二两三四五六七八九十百]+`

var (
	buildingPattern = regexp.MustCompile(`(` + numeral + `)\s*(?:号楼|号幢|号栋|#楼|#|幢|栋|座)`)
	entrancePattern = regexp.MustCompile(`(` + numeral + `)\s*(?:单元|门洞|门)`)
	unitPattern     = regexp.MustCompile(`(` + numeral + `)\s*(?:室|户|号)?$`)
	floorPattern    = regexp.MustCompile(`^` + numeral + `\s*(?:层|楼)`)
	dashedPattern   = regexp.MustCompile(`^(.*?)([0-9a-zA-Z]+)-([0-9]+)(?:-([0-9]+))?(?:室|户|号)?$`)
)

// ParseAddress reads an address as people type it (B-m): tolerant of 幢/栋/号楼, 单元/门, dashes, full-width digits and
// Chinese numerals. It never fails; what it cannot read stays in Estate.
func ParseAddress(text string) Address {
	text = strings.ReplaceAll(HalfWidth(text), " ", "")
	at := buildingPattern.FindStringSubmatchIndex(text)
	if at == nil {
		return parseDashed(text)
	}
	address := Address{Estate: text[:at[0]], Building: canonicalNumber(text[at[2]:at[3]])}
	rest := text[at[1]:]
	if entrance := entrancePattern.FindStringSubmatchIndex(rest); entrance != nil {
		address.Entrance = canonicalNumber(rest[entrance[2]:entrance[3]])
		rest = rest[entrance[1]:]
	}
	rest = floorPattern.ReplaceAllString(strings.Trim(rest, "-,，、"), "")
	if unit := unitPattern.FindStringSubmatch(rest); unit != nil {
		address.Unit = canonicalNumber(unit[1])
	}
	return address
}

// parseDashed reads "阳光小区3-2-501" and "阳光小区3-501".
func parseDashed(text string) Address {
	parts := dashedPattern.FindStringSubmatch(text)
	if parts == nil {
		return Address{Estate: text}
	}
	address := Address{Estate: parts[1], Building: canonicalNumber(parts[2])}
	if parts[4] == "" {
		address.Unit = canonicalNumber(parts[3])
		return address
	}
	address.Entrance, address.Unit = canonicalNumber(parts[3]), canonicalNumber(parts[4])
	return address
}

// BuildingKey is the same for all spellings of one building's name within its estate: 3号楼, 3幢, 三栋 and ３# give "3".
// A name without a number is its own key. A key is its own key: each round takes a word off the name or writes a
// number shorter, so there are at most as many rounds as letters.
func BuildingKey(name string) string {
	for range len(name) + 2 {
		key := shorterKey(name)
		if key == name {
			break
		}
		name = key
	}
	return name
}

func shorterKey(name string) string {
	name = strings.ToLower(strings.ReplaceAll(HalfWidth(name), " ", ""))
	if parts := buildingPattern.FindStringSubmatchIndex(name); parts != nil {
		return name[:parts[0]] + strings.ToLower(canonicalNumber(name[parts[2]:parts[3]])) + name[parts[1]:]
	}
	if number := canonicalNumber(name); number != name {
		return number
	}
	return name
}

// HalfWidth turns full-width letters, digits and signs into plain ones, and any white space into single spaces.
func HalfWidth(text string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '　' || r == '\u00a0':
			return ' '
		case r == '﹣' || r == '–' || r == '—' || r == '－':
			return '-'
		case r == '\ufeff' || r == '\u200b':
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(plain), " ")
}

// canonicalNumber writes a number in plain digits without leading zeros; what is no number comes back as it is, in capitals.
func canonicalNumber(text string) string {
	if n, ok := ChineseNumber(text); ok {
		return strconv.Itoa(n)
	}
	if trimmed := strings.TrimLeft(text, "0"); trimmed != "" {
		text = trimmed
	}
	return strings.ToUpper(text)
}

var chineseDigits = map[rune]int{
	'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
}

// ChineseNumber reads a Chinese numeral below one thousand: 三, 十二, 二十, 一百零五, and 五〇一 digit by digit.
func ChineseNumber(text string) (int, bool) {
	if text == "" {
		return 0, false
	}
	if !strings.ContainsAny(text, "十百") {
		return digitByDigit(text)
	}
	total, digit, seen := 0, 0, false
	for _, r := range text {
		switch r {
		case '百', '十':
			if !seen {
				digit = 1
			}
			total += digit * map[rune]int{'百': 100, '十': 10}[r]
			digit, seen = 0, false
		default:
			d, ok := chineseDigits[r]
			if !ok {
				return 0, false
			}
			digit, seen = d, true
		}
	}
	return total + digit, true
}

func digitByDigit(text string) (int, bool) {
	n := 0
	for _, r := range text {
		d, ok := chineseDigits[r]
		if !ok || n > 99_999 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, true
}
