package ticket

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"linli/models"
)

// Filing is what a phone sends to file a ticket. Unknown fields are refused; the server decides kind, urgency, party
// and clocks.
type Filing struct {
	ClientID     string     `json:"client_id" format:"uuid"`
	Category     string     `json:"category" maxLength:"16"`
	Text         string     `json:"text" maxLength:"8000"`
	EstateID     int64      `json:"estate_id,omitempty"`
	BuildingID   int64      `json:"building_id,omitempty"`
	EntranceID   int64      `json:"entrance_id,omitempty"`
	UnitID       int64      `json:"unit_id,omitempty"`
	Danger       bool       `json:"danger,omitempty" doc:"yes to the question that the category asks (its raise); refused where it asks none"`
	PosterToken  string     `json:"poster_token,omitempty" maxLength:"64"`
	ShareContact bool       `json:"share_contact,omitempty"`
	ContactPhone string     `json:"contact_phone,omitempty" maxLength:"20"`
	StewardSees  bool       `json:"steward_may_see,omitempty"`
	OnBehalf     *OnBehalf  `json:"on_behalf,omitempty"`
	DeviceTime   *time.Time `json:"device_time,omitempty"`
}

// OnBehalf is the neighbour for whom a steward or the station files (B-k, DECISIONS 6).
type OnBehalf struct {
	Name    string `json:"name" maxLength:"60"`
	Phone   string `json:"phone,omitempty" maxLength:"20"`
	UnitID  int64  `json:"unit_id,omitempty"`
	Consent string `json:"consent" enum:"spoken,paper,phone"`
}

var uuidPattern = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// CheckClientID accepts a lower-case UUID.
func CheckClientID(id string) error {
	if !uuidPattern.MatchString(id) {
		return models.RefuseField("request.bad_client_id", "client_id")
	}
	return nil
}

// CheckText trims a text and bounds its length in runes.
func CheckText(text, field string, required bool, limit int) (string, error) {
	text = strings.TrimSpace(strings.ToValidUTF8(text, ""))
	switch n := utf8.RuneCountInString(text); {
	case required && n == 0:
		return "", models.RefuseField("ticket.text_required", field)
	case n > limit:
		return "", models.RefuseField("ticket.text_too_long", field).With("limit", limit).With("length", n)
	}
	return text, nil
}

// Check says whether the filing makes sense by itself; photos is how many its manifest lists. It returns the filing
// with its texts trimmed and its category.
func (f Filing) Check(c Catalogue, photos int) (Filing, Category, error) {
	if err := CheckClientID(f.ClientID); err != nil {
		return f, Category{}, err
	}
	category, ok := c.Category(f.Category)
	if !ok {
		return f, Category{}, models.RefuseField("ticket.unknown_category", "category")
	}
	if f.Danger && category.Raise == nil {
		return f, category, models.RefuseField("ticket.danger_not_asked", "danger")
	}
	var err error
	if f.Text, err = CheckText(f.Text, "text", photos == 0, c.MaxText); err != nil {
		return f, category, err
	}
	if photos > c.MaxPhotos {
		return f, category, models.RefuseField("photo.too_many", "photos").With("limit", c.MaxPhotos)
	}
	if f.EstateID == 0 && f.BuildingID == 0 && f.UnitID == 0 && f.PosterToken == "" {
		return f, category, models.RefuseField("ticket.place_required", "building_id")
	}
	if f.ContactPhone != "" && !models.Mobile(f.ContactPhone) {
		return f, category, models.RefuseField("people.bad_phone", "contact_phone")
	}
	if b := f.OnBehalf; b != nil {
		if strings.TrimSpace(b.Name) == "" {
			return f, category, models.RefuseField("ticket.neighbour_name_required", "on_behalf.name")
		}
		if b.Phone != "" && !models.Mobile(b.Phone) {
			return f, category, models.RefuseField("people.bad_phone", "on_behalf.phone")
		}
	}
	return f, category, nil
}

// MayFileFor reports whether a may file on somebody's behalf at this place: the building's steward or the community's
// station. Anybody may file for himself anywhere: people visit, rent and have parents.
func MayFileFor(a models.Actor, buildingID, communityID int64) bool {
	return a.HasFor(models.BuildingSteward, models.ScopeBuilding, buildingID) || a.HasFor(models.StationStaff, models.ScopeCommunity, communityID)
}

// Where is the place of a new ticket, resolved by storage.
type Where struct {
	EstateID, BuildingID, EntranceID, UnitID, CommunityID, TownID int64
	FewHouseholds                                                 bool // so few that the writer could be guessed
	Managed                                                       bool // somebody other than the community runs the place that day
}

// Open makes the ticket of a checked filing at the moment the server takes it in. It lacks only what the database
// gives: its id, number and party (see DispatchedTo).
func Open(a models.Actor, f Filing, category Category, c Catalogue, at Where, contentHash string, now time.Time) Ticket {
	t := Ticket{
		AuthorID: a.AccountID, ClientID: f.ClientID, ContentHash: contentHash, ReporterID: a.AccountID, FiledAs: models.Resident,
		OnBehalf: f.OnBehalf != nil,
		EstateID: at.EstateID, BuildingID: at.BuildingID, EntranceID: at.EntranceID, UnitID: at.UnitID, CommunityID: at.CommunityID, TownID: at.TownID,
		Category: category.Code, Kind: category.Kind, Urgency: category.UrgencyFor(at.Managed, f.Danger), CatalogueVersion: c.Version, Text: f.Text,
		Protected: category.Kind.Protected(), ShareContact: f.ShareContact && category.Kind == Repair,
		StewardSees: category.PublicMatter && !category.Kind.Asks() || f.StewardSees && category.Code != "GOV-07",
		State:       Submitted, Open: true, Version: 1, FiledAt: models.UTC(now), UpdatedAt: models.UTC(now),
	}
	if f.DeviceTime != nil {
		device := models.UTC(*f.DeviceTime)
		t.DeviceTime = &device
	}
	if t.OnBehalf {
		t.ReporterID = 0
		t.FiledAs = models.StationStaff
		if a.HasFor(models.BuildingSteward, models.ScopeBuilding, at.BuildingID) {
			t.FiledAs = models.BuildingSteward
		}
	}
	return t
}

// DispatchedTo gives a new ticket its party and starts its clocks. One that is held is meant for that party, and waits.
func (t Ticket) DispatchedTo(partyID int64, routedBy string, d Deadlines, c Catalogue) Ticket {
	t.HandlingPartyID, t.RoutedBy, t.State, t.DispatchedAt = partyID, routedBy, Dispatched, t.FiledAt
	if t.HeldLevel != 0 {
		t.State = Accepted
	}
	return t.withDeadlines(d).withNext(c)
}
