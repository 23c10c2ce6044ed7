package ticket

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"linli/models"
)

// FuzzCatalogue: a document that is taken says the same once it is written and read again, and every category in it
// has its urgency.
func FuzzCatalogue(f *testing.F) {
	for _, document := range Catalogues() {
		f.Add(document)
	}
	f.Add([]byte(`{"version":"1","silence_days":1,"rate_days":1,"max_photos":1,"max_text":1,"night_from":"22:00","night_to":"07:00"}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		c, err := ParseCatalogue(document)
		if err != nil {
			return
		}
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseCatalogue(text)
		if err != nil {
			t.Fatalf("%s\nbecame\n%s: %v", document, text, err)
		}
		if twice, _ := json.Marshal(again); string(twice) != string(text) {
			t.Fatalf("%s\nbecame\n%s", text, twice)
		}
		for _, k := range c.Categories {
			if _, ok := c.Urgency(k.Urgency); !ok {
				t.Errorf("%s has no urgency", k.Code)
			}
		}
	})
}

// FuzzNumber: a number that was given is valid, and one wrong digit makes it invalid.
func FuzzNumber(f *testing.F) {
	f.Add("2026-11-25", "410308001002", int64(1), 3)
	f.Add("", "", int64(-1), 0)
	f.Fuzz(func(t *testing.T, day, community string, seq int64, at int) {
		ValidNumber(day + community)
		date, ok := models.ParseDate(day)
		if !ok || strings.Trim(community, "0123456789") != "" || seq < 0 {
			return
		}
		number := Number(date, community, seq)
		if !ValidNumber(number) {
			t.Fatalf("%s is not valid", number)
		}
		wrong := []byte(number)
		i := int(uint(at) % uint(len(wrong)))
		if wrong[i] == '-' {
			return
		}
		wrong[i] = '0' + (wrong[i]-'0'+1)%10
		if ValidNumber(string(wrong)) {
			t.Errorf("%s and %s are both valid", number, wrong)
		}
	})
}

// FuzzFiling: what is taken is a text that every database keeps, within its bounds, and is taken again as it is.
func FuzzFiling(f *testing.F) {
	f.Add(`{"client_id":"10000000-0000-4000-8000-000000000001","category":"REP-01","text":" 灯不亮 ","building_id":1}`, 0)
	f.Add(`{"client_id":"10000000-0000-4000-8000-000000000001","category":"SVC-01","text":"`+"\xff"+`","unit_id":1,"contact_phone":"13800138000","on_behalf":{"name":"孔","phone":"1"}}`, 3)
	f.Add(`{"client_id":"10000000-0000-4000-8000-000000000001","category":"GRN-02","text":"树要倒了","building_id":1,"danger":true}`, 0)
	c, err := ParseCatalogue(catalogue2027January)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, document string, photos int) {
		var filing Filing
		if json.Unmarshal([]byte(document), &filing) != nil {
			return
		}
		checked, category, err := filing.Check(c, photos)
		if err != nil {
			if models.KindOf(err) != models.Invalid {
				t.Errorf("%s: %v", document, err)
			}
			return
		}
		if !utf8.ValidString(checked.Text) || utf8.RuneCountInString(checked.Text) > c.MaxText || checked.Text == "" && photos == 0 || photos > c.MaxPhotos {
			t.Errorf("%s: %q with %d photos", document, checked.Text, photos)
		}
		again, same, err := checked.Check(c, photos)
		if err != nil || !reflect.DeepEqual(again, checked) || same.Code != category.Code {
			t.Errorf("%s: %+v, then %+v %v", document, checked, again, err)
		}
	})
}
