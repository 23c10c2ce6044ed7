package photo

import (
	"math"
	"strings"
	"testing"
	"time"

	"linli/models"
)

const (
	id1 = "3f2b8c1a-0d4e-4f6a-9b7c-112233445566"
	id2 = "3f2b8c1a-0d4e-4f6a-9b7c-112233445567"
)

var sum = strings.Repeat("0a", 32)

func good() Claim { return Claim{ClientID: id1, SHA256: sum, Kind: Before, Bytes: 1000} }

func TestValidateClaims(t *testing.T) {
	change := func(f func(*Claim)) []Claim {
		c := good()
		f(&c)
		return []Claim{c}
	}
	many := func(n int) []Claim {
		var claims []Claim
		for i := range n {
			c := good()
			c.ClientID = id1[:35] + string(rune('a'+i%6))
			if i >= 6 {
				c.ClientID = id1[:35] + string(rune('0'+i-6))
			}
			claims = append(claims, c)
		}
		return claims
	}
	for _, c := range []struct {
		name   string
		claims []Claim
		kinds  []Kind
		code   string // empty: taken
		field  string
	}{
		{"none at all", nil, nil, "", ""},
		{"one", []Claim{good()}, nil, "", ""},
		{"nine", many(9), nil, "", ""},
		{"ten", many(10), nil, "photo.too_many", "photos"},
		{"no id", change(func(c *Claim) { c.ClientID = "" }), nil, "photo.bad_client_id", "photos[0].client_id"},
		{"upper-case id", change(func(c *Claim) { c.ClientID = strings.ToUpper(id1) }), nil, "photo.bad_client_id", "photos[0].client_id"},
		{"a file name as id", change(func(c *Claim) { c.ClientID = "../../etc/passwd" }), nil, "photo.bad_client_id", "photos[0].client_id"},
		{"id with a line after it", change(func(c *Claim) { c.ClientID += "\n" }), nil, "photo.bad_client_id", "photos[0].client_id"},
		{"the same id twice", []Claim{good(), good()}, nil, "photo.listed_twice", "photos[1].client_id"},
		{"the same bytes twice under two ids", []Claim{good(), {ClientID: id2, SHA256: sum, Kind: Before, Bytes: 1000}}, nil, "", ""},
		{"short hash", change(func(c *Claim) { c.SHA256 = sum[1:] }), nil, "photo.bad_sha256", "photos[0].sha256"},
		{"upper-case hash", change(func(c *Claim) { c.SHA256 = strings.ToUpper(sum) }), nil, "photo.bad_sha256", "photos[0].sha256"},
		{"unknown kind", change(func(c *Claim) { c.Kind = "selfie" }), nil, "photo.bad_kind", "photos[0].kind"},
		{"a kind of another record", []Claim{good()}, []Kind{After}, "photo.bad_kind", "photos[0].kind"},
		{"no bytes", change(func(c *Claim) { c.Bytes = 0 }), nil, "photo.empty", "photos[0].bytes"},
		{"fewer than none", change(func(c *Claim) { c.Bytes = -1 }), nil, "photo.empty", "photos[0].bytes"},
		{"exactly the limit", change(func(c *Claim) { c.Bytes = MaxBytes }), nil, "", ""},
		{"one byte more", change(func(c *Claim) { c.Bytes = MaxBytes + 1 }), nil, "photo.too_large", "photos[0].bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := ValidateClaims(c.claims, c.kinds...)
			if c.code == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			e, ok := err.(*models.Error)
			if !ok || e.Code != c.code || e.Field != c.field || e.Kind != models.Invalid {
				t.Fatalf("got %#v, want %s at %s", err, c.code, c.field)
			}
		})
	}
}

func TestPlausibleMinutes(t *testing.T) {
	for minutes, kept := range map[int64]bool{0: true, -24 * 60: true, -24*60 - 1: false, 525_600: true, 30 * 525_600: false, math.MinInt64: false, math.MaxInt64: false} {
		if got := PlausibleMinutes(&minutes); (got != nil) != kept {
			t.Errorf("%d minutes: kept %v, want %v", minutes, got != nil, kept)
		}
	}
	if PlausibleMinutes(nil) != nil {
		t.Error("nothing became something")
	}
}

func TestEvidenceOf(t *testing.T) {
	yes, no := true, false
	at := func(minutes int64) *int64 { return &minutes }
	after := Photo{Kind: After, Status: Stored}
	with := func(p Photo, f func(*Photo)) Photo {
		f(&p)
		return p
	}
	repeat := with(after, func(p *Photo) { p.ExactRepeatOf = 7 })
	camera := with(after, func(p *Photo) { p.ClaimedCamera, p.ClaimedMinutes = &yes, at(30) })
	for _, c := range []struct {
		name   string
		photos []Photo
		want   Evidence
	}{
		{"no photo", nil, EvidenceNone},
		{"only a before-photo", []Photo{{Kind: Before, Status: Stored}}, EvidenceNone},
		{"listed, not there yet", []Photo{{Kind: After, Status: Expected}}, EvidenceNone},
		{"refused", []Photo{{Kind: After, Status: Refused}}, EvidenceNone},
		{"new, nothing known about it", []Photo{after}, EvidenceNormal},
		{"a repeat", []Photo{repeat}, EvidenceWeak},
		{"a repeat that claims a camera", []Photo{with(camera, func(p *Photo) { p.ExactRepeatOf = 7 })}, EvidenceWeak},
		{"a repeat beside a new one", []Photo{repeat, after}, EvidenceNormal},
		{"a new one beside a repeat", []Photo{after, repeat}, EvidenceNormal},
		{"camera and fresh", []Photo{camera}, EvidenceStrong},
		{"the best counts", []Photo{repeat, camera, after}, EvidenceStrong},
		{"camera, time unknown", []Photo{with(after, func(p *Photo) { p.ClaimedCamera = &yes })}, EvidenceNormal},
		{"fresh, camera unknown", []Photo{with(after, func(p *Photo) { p.ClaimedMinutes = at(30) })}, EvidenceNormal},
		{"camera, a day old", []Photo{with(camera, func(p *Photo) { p.ClaimedMinutes = at(FreshMinutes) })}, EvidenceStrong},
		{"camera, a minute more", []Photo{with(camera, func(p *Photo) { p.ClaimedMinutes = at(FreshMinutes + 1) })}, EvidenceNormal},
		{"camera, clock a little ahead", []Photo{with(camera, func(p *Photo) { p.ClaimedMinutes = at(-10) })}, EvidenceStrong},
		{"camera, from the future", []Photo{with(camera, func(p *Photo) { p.ClaimedMinutes = at(-11) })}, EvidenceNormal},
		{"the server read an older time", []Photo{with(camera, func(p *Photo) { p.DerivedMinutes = at(90_000) })}, EvidenceNormal},
		{"the server read no camera", []Photo{with(camera, func(p *Photo) { p.DerivedCamera = &no })}, EvidenceNormal},
		{"the server read both itself", []Photo{with(after, func(p *Photo) { p.DerivedCamera, p.DerivedMinutes = &yes, at(5) })}, EvidenceStrong},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := EvidenceOf(c.photos); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b int64
		want int
	}{{0, 0, 0}, {0, -1, 64}, {math.MinInt64, 0, 1}, {0b1011, 0b0010, 2}, {-1, math.MaxInt64, 1}} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("Distance(%x, %x) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestViewOf(t *testing.T) {
	listed := time.Date(2026, 11, 22, 17, 30, 0, 0, time.UTC) // already the 23rd in Shanghai
	p := Photo{ID: 5, ClientID: id1, Kind: Before, Status: Stored, Width: 1600, Height: 1200, ExactRepeatOf: 3, ListedAt: listed}
	for _, c := range []struct {
		name string
		look Look
		want View
	}{
		{"a stranger to the filing", Look{DayOnly: true}, View{ID: 5, Kind: Before, Status: Stored, Width: 1600, Height: 1200, At: "2026-11-23"}},
		{"the author", Look{Own: true}, View{ID: 5, ClientID: id1, Kind: Before, Status: Stored, Width: 1600, Height: 1200, At: "2026-11-22T17:30:00Z"}},
		{"an officer", Look{Repeats: true}, View{ID: 5, Kind: Before, Status: Stored, Width: 1600, Height: 1200, ExactRepeat: true, At: "2026-11-22T17:30:00Z"}},
	} {
		if got := ViewOf(p, c.look); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for code, kind := range map[string]models.Kind{
		NotAPhoto: models.Unsupported, HEIC: models.Invalid, Broken: models.Invalid, TooManyPixels: models.Invalid,
	} {
		err := Refusal(code)
		if err.Code != code || err.Kind != kind || !ForGood(err) {
			t.Errorf("%s: %#v, for good %v", code, err, ForGood(err))
		}
	}
	for _, passing := range []string{"photo.store_away", "photo.hash_mismatch", "photo.busy", "database.away"} {
		if ForGood(models.Refuse(models.Unavailable, passing)) {
			t.Errorf("%s condemns the bytes", passing)
		}
	}
}
