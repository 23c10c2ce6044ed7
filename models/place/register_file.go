package place

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckRegister holds the rules between rows: one building stands once in its estate, and all rows of an estate say the
// same of it.
func CheckRegister(rows []RegisterRow) []RowError {
	errors := checkStations(rows)
	firstOf := map[string]RegisterRow{}
	seen := map[string]int{}
	for _, r := range rows {
		if r.Unread["estate_name"] || r.Unread["estate_code"] || r.Unread["community_name"] || r.Unread["community_code"] || r.Unread["building_name"] {
			continue // nobody can say which building it is
		}
		key := r.EstateKey()
		building := key + "#" + BuildingKey(r.BuildingName)
		if earlier, twice := seen[building]; twice {
			errors = append(errors, r.Wrong("building_name", "import.building_twice", "first_row", earlier))
			continue
		}
		seen[building] = r.Row
		first, known := firstOf[key]
		if !known {
			firstOf[key] = r
			continue
		}
		if field := differs(first, r); field != "" {
			errors = append(errors, r.Wrong(field, "import.estate_differs", "first_row", first.Row))
		}
	}
	return errors
}

// checkStations wants one telephone number for one station.
func checkStations(rows []RegisterRow) (errors []RowError) {
	first := map[string]RegisterRow{}
	for _, r := range rows {
		if r.StationPhone == "" || r.Unread["community_name"] || r.Unread["community_code"] {
			continue
		}
		earlier, known := first[r.CommunityKey()]
		if !known {
			first[r.CommunityKey()] = r
			continue
		}
		if earlier.StationPhone != r.StationPhone {
			errors = append(errors, r.Wrong("station_phone", "import.station_phone_differs", "first_row", earlier.Row))
		}
	}
	return errors
}

// differs names the first field about the estate in which two of its rows disagree, as far as both could be read.
func differs(a, b RegisterRow) string {
	for _, one := range []struct {
		field string
		same  bool
	}{
		{"community_name", a.CommunityKey() == b.CommunityKey()},
		{"estate_name", a.EstateName == b.EstateName},
		{"baseline_class", a.BaselineClass == b.BaselineClass},
		{"age_class", a.AgeClass == b.AgeClass},
		{"package_name", a.PackageName == b.PackageName},
		{"service_mode", a.ServiceMode == b.ServiceMode},
		{"party_code", a.PartyCode == b.PartyCode},
		{"party_name", a.PartyName == b.PartyName},
		{"phone24", a.Phone24 == b.Phone24},
		{"entered_on", a.EnteredOn == b.EnteredOn},
	} {
		unread := a.Unread[one.field] || b.Unread[one.field] ||
			one.field == "age_class" && (a.Unread["delivered_on"] || b.Unread["delivered_on"]) // an empty age is taken from the day
		if !one.same && !unread {
			return one.field
		}
	}
	return ""
}

// EntranceName is the name of the n-th entrance, counted from 1.
func EntranceName(n int64) string { return strconv.FormatInt(n, 10) + "单元" }

// UnitName is the name of the n-th home on a floor, both counted from 1: 501, 1203.
func UnitName(floor, n int64) string {
	digits := strconv.FormatInt(n, 10)
	return strconv.FormatInt(floor, 10) + strings.Repeat("0", max(0, 2-len(digits))) + digits
}

var classDigits = map[BaselineClass]string{ClassProfessional: "1", ClassUnitCompound: "2", ClassOwnerless: "3"}

// EstateCode is an estate's own stable code, {town9}-{community3}-{class digit}{seq4} (B-m). It never changes again,
// whatever codes the town and the community get later.
func EstateCode(communityCode string, class BaselineClass, sequence int64) string {
	digits := strconv.FormatInt(sequence, 10)
	return TownOfCode(communityCode) + "-" + communityCode[9:] + "-" + classDigits[class] + strings.Repeat("0", max(0, 4-len(digits))) + digits
}

// EstateCodePrefix is what the codes of one community and class begin with.
func EstateCodePrefix(communityCode string, class BaselineClass) string {
	return TownOfCode(communityCode) + "-" + communityCode[9:] + "-" + classDigits[class]
}

// formulaSigns begin what a spreadsheet computes; Chinese ones read the full-width signs the same way (ASVS 1.2.10).
const formulaSigns = "=+-@＝＋－＠"

// SheetText is a cell that no spreadsheet takes for a formula: what begins with a formula's sign, with or without blanks
// before it, or with a control character, gets an apostrophe. Twice is the same as once.
func SheetText(text string) string {
	if text == "" {
		return text
	}
	first, _ := utf8.DecodeRuneInString(text)
	bare := strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' })
	sign, _ := utf8.DecodeRuneInString(bare)
	if unicode.IsControl(first) || bare != "" && strings.ContainsRune(formulaSigns, sign) {
		return "'" + text
	}
	return text
}
