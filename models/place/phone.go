package place

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"linli/models"
)

var phonePattern = regexp.MustCompile(`^(1[3-9]\d{9}|0\d{2,3}-\d{7,8}(-\d{1,5})?|[1-9]\d{2,7}|[48]00-?\d{3}-?\d{4})$`)

// Phone reports whether text can be dialled: a mobile, a land line with area code, a short number or a 400/800 number.
func Phone(text string) bool { return phonePattern.MatchString(text) }

var landLine = regexp.MustCompile(`^(010|02\d|0[3-9]\d{2})(\d{7,8})$`)

// CleanPhone brings a number to the form that Phone accepts: half-width, no blanks, one dash after the area code.
func CleanPhone(text string) string {
	text = strings.NewReplacer(" ", "", "(", "", ")", "-").Replace(HalfWidth(text))
	text = strings.ReplaceAll(text, "--", "-")
	return landLine.ReplaceAllString(text, "$1-$2")
}

// Emergency is a number that is called before anything is typed.
type Emergency struct {
	Code  string `json:"code" doc:"119, 110, 120, or the code of a utility"`
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// nationalEmergencies are the same everywhere in the country.
var nationalEmergencies = []Emergency{{"119", "火警", "119"}, {"110", "公安", "110"}, {"120", "急救", "120"}}

// EmergencyCodes are the codes of the parties whose numbers stand on every contact card after the national ones.
var EmergencyCodes = []string{"water_co", "gas_co", "power", "heat_co"}

// Emergencies lists the numbers of a contact card: the three national ones, then water, gas, power and heat as far as
// the county has entered their numbers. byCode holds parties by their code.
func Emergencies(byCode map[string]HandlingParty) []Emergency {
	list := append([]Emergency{}, nationalEmergencies...)
	for _, code := range EmergencyCodes {
		if party, ok := byCode[code]; ok && party.Phone24 != "" {
			list = append(list, Emergency{Code: code, Name: party.Name, Phone: party.Phone24})
		}
	}
	return list
}

// PartyChange is a wish to change how a handling party is reached; nil leaves a field as it is, "" empties it.
type PartyChange struct {
	Phone24     *string `json:"phone24,omitempty" maxLength:"24"`
	Phone24Note *string `json:"phone24_note,omitempty" maxLength:"80"`
	ProjectLead *string `json:"project_lead,omitempty" maxLength:"40"`
}

// Columns checks the change and gives it by column.
func (c PartyChange) Columns() (map[string]any, error) {
	columns := map[string]any{}
	if c.Phone24 != nil {
		phone := CleanPhone(*c.Phone24)
		if phone != "" && !Phone(phone) {
			return nil, models.RefuseField("request.bad_phone", "phone24")
		}
		columns["phone24"] = phone
	}
	for name, text := range map[string]*string{"phone24_note": c.Phone24Note, "project_lead": c.ProjectLead} {
		if text == nil {
			continue
		}
		clean := HalfWidth(*text)
		if utf8.RuneCountInString(clean) > 80 {
			return nil, models.RefuseField("request.too_long", name)
		}
		columns[name] = clean
	}
	return columns, nil
}
