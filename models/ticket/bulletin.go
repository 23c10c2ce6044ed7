package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// The bounds of a bulletin. It may be prolonged, each time in words; it never prolongs itself.
const (
	bulletinLongest = 72 * time.Hour
	bulletinAhead   = 14 * 24 * time.Hour
	bulletinBack    = 24 * time.Hour
	bulletinUndo    = 10 * time.Minute
	bulletinText    = 300
	bulletinWhy     = 100
	// BulletinRest is how long a party does not say again what an office has ended.
	BulletinRest = 24 * time.Hour
	// MostBulletinBuildings is how many buildings one bulletin names; without any it is of the whole estate.
	MostBulletinBuildings = 50
	// BulletinDays is how far back bulletins are listed and counted.
	BulletinDays = 90
)

// bulletinCategories are the outages of common supply and equipment that a party may say it knows of. What is dangerous,
// a complaint or inside a home is not among them: of that nobody shall read first that it is known.
var bulletinCategories = []string{"UTIL-01", "UTIL-02", "UTIL-03", "UTIL-04", "UTIL-05", "REP-01", "REP-03", "REP-05", "REP-08"}

// Bulletin is what a party says of an outage (停用公告). It changes nothing about any ticket.
type Bulletin struct {
	ID              int64 `gorm:"primaryKey"`
	AuthorID        int64
	ClientID        string
	ContentHash     string
	HandlingPartyID int64
	EstateID        int64
	CommunityID     int64
	TownID          int64
	Category        string
	Text            string
	Meanwhile       string
	PostedAt        time.Time
	FromAt          time.Time
	UntilAt         time.Time
	EndedAt         *time.Time
	EndedBy         int64  // who may take the end back
	EndedAbove      bool   // by an office above the party, not by itself
	Why             string // of the last change, or of the end
	Changes         int64
	Minutes         int64 // that it ran, or runs by present knowledge
	Version         int64
}

// TableName is the bulletins' table.
func (Bulletin) TableName() string { return "bulletins" }

// Placement is where the bulletin belongs, for who works on it or oversees it.
func (b Bulletin) Placement() models.Placement {
	return models.Placement{HandlingPartyID: b.HandlingPartyID, EstateID: b.EstateID, CommunityID: b.CommunityID, TownID: b.TownID}
}

// BulletinPosting is the wish to post a bulletin.
type BulletinPosting struct {
	ClientID  string    `json:"client_id" format:"uuid"`
	Category  string    `json:"category" maxLength:"16"`
	EstateID  int64     `json:"estate_id" minimum:"1"`
	Buildings []int64   `json:"buildings,omitempty" maxItems:"50" doc:"none: the whole estate"`
	Text      string    `json:"text" maxLength:"2000" doc:"what is out, and why"`
	Meanwhile string    `json:"meanwhile,omitempty" maxLength:"2000" doc:"what to do until then"`
	FromAt    time.Time `json:"from_at"`
	UntilAt   time.Time `json:"until_at" doc:"by present knowledge; it ends then by itself"`
}

// BulletinChange is the wish to move the end of a bulletin.
type BulletinChange struct {
	Version int64     `json:"version" minimum:"1"`
	UntilAt time.Time `json:"until_at"`
	Why     string    `json:"why" maxLength:"1000"`
}

// BulletinEnd is the wish to end a bulletin now.
type BulletinEnd struct {
	Version int64  `json:"version" minimum:"1"`
	Why     string `json:"why" maxLength:"1000"`
}

// BulletinUndo is the wish to take back an end that slipped.
type BulletinUndo struct {
	Version int64 `json:"version" minimum:"1"`
}

// Check says whether the posting makes sense by itself at now. It returns it with its texts trimmed and each building once.
func (p BulletinPosting) Check(c Catalogue, now time.Time) (BulletinPosting, error) {
	if err := CheckClientID(p.ClientID); err != nil {
		return p, err
	}
	if _, known := c.Category(p.Category); !known {
		return p, models.RefuseField("ticket.unknown_category", "category")
	}
	if !slices.Contains(bulletinCategories, p.Category) {
		return p, models.RefuseField("bulletin.category_unfit", "category")
	}
	var err error
	if p.Text, err = CheckText(p.Text, "text", true, bulletinText); err != nil {
		return p, err
	}
	if p.Meanwhile, err = CheckText(p.Meanwhile, "meanwhile", false, bulletinText); err != nil {
		return p, err
	}
	p.FromAt, p.UntilAt = models.UTC(p.FromAt), models.UTC(p.UntilAt)
	if p.FromAt.Before(now.Add(-bulletinBack)) || p.FromAt.After(now.Add(bulletinAhead)) {
		return p, models.RefuseField("bulletin.bad_start", "from_at").With("days", int(bulletinAhead/(24*time.Hour)))
	}
	if err := checkUntil(p.UntilAt, p.FromAt, p.FromAt.Add(bulletinLongest), now); err != nil {
		return p, err
	}
	p.Buildings = slices.Clone(p.Buildings)
	slices.Sort(p.Buildings)
	p.Buildings = slices.Compact(p.Buildings)
	if len(p.Buildings) > MostBulletinBuildings || len(p.Buildings) > 0 && p.Buildings[0] <= 0 {
		return p, models.RefuseField("bulletin.bad_buildings", "buildings")
	}
	return p, nil
}

func checkUntil(until, from, last, now time.Time) error {
	if !until.After(from) || !until.After(now) || until.After(last) {
		return models.RefuseField("bulletin.bad_end", "until_at").With("hours", int(bulletinLongest/time.Hour))
	}
	return nil
}

// CheckBulletinWords refuses words that hold a number or name by which one would reach or know a person; posted is the number that
// stands on the party's card and may be named.
func CheckBulletinWords(posted, field, words string) error {
	if _, found := models.HideContacts(words, models.Own{Public: []string{posted}}); found {
		return models.RefuseField("bulletin.points_at_somebody", field)
	}
	return nil
}

// Posted is the bulletin that a party posts at now, for a posting that was checked.
func (p BulletinPosting) Posted(a models.Actor, partyID int64, at Where, now time.Time) Bulletin {
	b := Bulletin{
		AuthorID: a.AccountID, ClientID: p.ClientID, HandlingPartyID: partyID, EstateID: p.EstateID, CommunityID: at.CommunityID, TownID: at.TownID,
		Category: p.Category, Text: p.Text, Meanwhile: p.Meanwhile, PostedAt: models.UTC(now), FromAt: p.FromAt, UntilAt: p.UntilAt, Version: 1,
	}
	b.Minutes = b.minutes()
	return b
}

// ShownUntil is when the bulletin is shown no more.
func (b Bulletin) ShownUntil() time.Time {
	if b.EndedAt != nil {
		return *b.EndedAt
	}
	return b.UntilAt
}

// minutes are those that it runs; one that ended before it began ran for none.
func (b Bulletin) minutes() int64 { return max(0, int64(b.ShownUntil().Sub(b.FromAt)/time.Minute)) }

// BulletinState is how far a bulletin has come.
type BulletinState string

// The states of a bulletin.
const (
	BulletinPlanned BulletinState = "planned"
	BulletinRunning BulletinState = "running"
	BulletinOver    BulletinState = "over"
)

// State is how far the bulletin has come at now.
func (b Bulletin) State(now time.Time) BulletinState {
	switch {
	case !now.Before(b.ShownUntil()):
		return BulletinOver
	case now.Before(b.FromAt):
		return BulletinPlanned
	}
	return BulletinRunning
}

// Sees reports whether a has the bulletin in his list: of a party for which he works, or overseen by his office.
func (b Bulletin) Sees(a models.Actor) bool { return models.ScopeOf(a).Work().Sees(b) }

// MayChange reports whether a may move its end: of the party that posted it.
func (b Bulletin) MayChange(a models.Actor) bool { return a.WorksFor(b.HandlingPartyID) }

// MayEnd reports whether a may end it: of the party that posted it, or of an office above the place, so that what is not true
// does not stand until it runs out.
func (b Bulletin) MayEnd(a models.Actor) bool {
	return b.MayChange(a) || a.HasFor(models.StationStaff, models.ScopeCommunity, b.CommunityID) ||
		a.HasFor(models.TownOfficer, models.ScopeTown, b.TownID) || a.Has(models.CenterOfficer)
}

// Change is the bulletin with another end.
func (b Bulletin) Change(a models.Actor, wish BulletinChange, now time.Time) (Bulletin, error) {
	if err := b.mayStep(b.MayChange(a), b.Version != wish.Version, now); err != nil {
		return b, err
	}
	until := models.UTC(wish.UntilAt)
	if err := checkUntil(until, b.FromAt, models.Later(now, b.FromAt).Add(bulletinLongest), now); err != nil {
		return b, err
	}
	why, err := CheckText(wish.Why, "why", true, bulletinWhy)
	b.UntilAt, b.Why, b.Changes = until, why, b.Changes+1
	b.Minutes = b.minutes()
	return b, err
}

// End is the bulletin ended at now.
func (b Bulletin) End(a models.Actor, wish BulletinEnd, now time.Time) (Bulletin, error) {
	if err := b.mayStep(b.MayEnd(a), b.Version != wish.Version, now); err != nil {
		return b, err
	}
	why, err := CheckText(wish.Why, "why", true, bulletinWhy)
	at := models.UTC(now)
	b.EndedAt, b.EndedBy, b.EndedAbove, b.Why = &at, a.AccountID, !b.MayChange(a), why
	b.Minutes = b.minutes()
	return b, err
}

func (b Bulletin) mayStep(may, stale bool, now time.Time) error {
	switch {
	case !may:
		return models.Refuse(models.Denied, "bulletin.not_yours")
	case stale:
		return models.Refuse(models.Conflict, "bulletin.changed_meanwhile")
	case b.State(now) == BulletinOver:
		return models.Refuse(models.Conflict, "bulletin.over")
	}
	return nil
}

// undoUntil is until when an end can be taken back; nil where there is none to take back.
func (b Bulletin) undoUntil(now time.Time) *time.Time {
	if b.EndedAt == nil {
		return nil
	}
	until := models.Earlier(b.EndedAt.Add(bulletinUndo), b.UntilAt)
	if !now.Before(until) {
		return nil
	}
	return &until
}

// mayUndo reports whether a may take back its end: who ended it, and still may. So a party cannot undo what an office ended.
func (b Bulletin) mayUndo(a models.Actor) bool {
	return b.EndedAt != nil && b.EndedBy == a.AccountID && b.MayEnd(a)
}

// Undo is the bulletin without an end that slipped.
func (b Bulletin) Undo(a models.Actor, wish BulletinUndo, now time.Time) (Bulletin, error) {
	switch {
	case b.Version != wish.Version:
		return b, models.Refuse(models.Conflict, "bulletin.changed_meanwhile")
	case b.EndedAt != nil && !b.mayUndo(a):
		return b, models.Refuse(models.Denied, "bulletin.not_yours")
	case b.undoUntil(now) == nil:
		return b, models.Refuse(models.Conflict, "bulletin.undo_too_late").With("minutes", int(bulletinUndo/time.Minute))
	}
	b.EndedAt, b.EndedBy, b.EndedAbove, b.Why = nil, 0, false, ""
	b.Minutes = b.minutes()
	return b, nil
}

// Bars reports whether the bulletin keeps its party from posting at now another one of the same category in these buildings
// (none: the whole estate). An office above found that it was not true, or not true any more: for a day the party says it no more by
// itself. If it is so again, the station may say it; and everybody may report it at any time.
func (b Bulletin) Bars(named, buildings []int64, now time.Time) bool {
	if !b.EndedAbove || !now.Before(b.EndedAt.Add(BulletinRest)) {
		return false
	}
	return len(named) == 0 || len(buildings) == 0 || slices.ContainsFunc(buildings, func(id int64) bool { return slices.Contains(named, id) })
}

// BarredBulletin is the refusal of a posting that an ended bulletin bars.
func BarredBulletin() error {
	return models.Refuse(models.Conflict, "bulletin.ended_above").With("hours", int(BulletinRest/time.Hour))
}

// BulletinBuilding is a building that a bulletin names.
type BulletinBuilding struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// BulletinView is a bulletin as everybody reads it; no person stands in it.
type BulletinView struct {
	ID         int64              `json:"id"`
	Category   string             `json:"category"`
	EstateID   int64              `json:"estate_id"`
	EstateName string             `json:"estate_name"`
	Buildings  []BulletinBuilding `json:"buildings" doc:"none: the whole estate"`
	Party      Party              `json:"party" doc:"who posted it"`
	Text       string             `json:"text"`
	Meanwhile  string             `json:"meanwhile,omitempty"`
	State      BulletinState      `json:"state" enum:"planned,running,over"`
	FromAt     time.Time          `json:"from_at"`
	UntilAt    time.Time          `json:"until_at"`
	EndedAt    *time.Time         `json:"ended_at,omitempty"`
	EndedAbove bool               `json:"ended_above,omitempty" doc:"an office above the party ended it"`
	Why        string             `json:"why,omitempty" doc:"of the last change, or of the end"`
	Changes    int64              `json:"changes"`
	Version    int64              `json:"version"`
	MayChange  bool               `json:"may_change,omitempty"`
	MayEnd     bool               `json:"may_end,omitempty"`
	UndoUntil  *time.Time         `json:"undo_until,omitempty" doc:"until then the reader may take the end back"`
}

// ViewBulletin is the bulletin as a reads it at now.
func ViewBulletin(a models.Actor, b Bulletin, estate string, buildings []BulletinBuilding, party Party, now time.Time) BulletinView {
	v := BulletinView{
		ID: b.ID, Category: b.Category, EstateID: b.EstateID, EstateName: estate, Buildings: append([]BulletinBuilding{}, buildings...), Party: party,
		Text: b.Text, Meanwhile: b.Meanwhile, State: b.State(now), FromAt: b.FromAt, UntilAt: b.UntilAt, EndedAt: b.EndedAt, EndedAbove: b.EndedAbove, Why: b.Why, Changes: b.Changes, Version: b.Version,
	}
	if over := v.State == BulletinOver; !over {
		v.MayChange, v.MayEnd = b.MayChange(a), b.MayEnd(a)
	} else if b.mayUndo(a) {
		v.UndoUntil = b.undoUntil(now)
	}
	return v
}

// BulletinList is what somebody reads at one place.
type BulletinList struct {
	Items []BulletinView `json:"items"`
}

// BulletinCount is how much a party says that it knows.
type BulletinCount struct {
	HandlingPartyID int64  `json:"handling_party_id"`
	PartyName       string `json:"party_name"`
	Posted          int64  `json:"posted"`
	Minutes         int64  `json:"minutes" doc:"that they ran, or run by present knowledge"`
	Changes         int64  `json:"changes"`
}

// BulletinPage is what staff list: the bulletins of the last days, the newest first, and how many there were by party.
type BulletinPage struct {
	Items  []BulletinView  `json:"items" doc:"the newest hundred"`
	Counts []BulletinCount `json:"counts" doc:"of all of them"`
	Days   int             `json:"days" doc:"how far back both go"`
	Bounds BulletinBounds  `json:"bounds"`
}

// BulletinBounds are the bounds within which one is posted, for who writes it.
type BulletinBounds struct {
	Categories []string `json:"categories" doc:"what it may be about"`
	Hours      int      `json:"hours" doc:"how long it runs at most"`
	AheadDays  int      `json:"ahead_days" doc:"how far ahead it may begin"`
	Buildings  int      `json:"buildings" doc:"how many it may name"`
	Letters    int      `json:"letters" doc:"of each text"`
	WhyLetters int      `json:"why_letters" doc:"of the reason of a change or an end"`
}

// BoundsOfBulletins are those that stand in this file.
func BoundsOfBulletins() BulletinBounds {
	return BulletinBounds{
		Categories: slices.Clone(bulletinCategories), Hours: int(bulletinLongest / time.Hour), AheadDays: int(bulletinAhead / (24 * time.Hour)),
		Buildings: MostBulletinBuildings, Letters: bulletinText, WhyLetters: bulletinWhy,
	}
}
