package ticket

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/photo"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// Filed is the answer to a filing.
type Filed = ticket.Filed

// FileTicket takes a ticket in: checks it, finds who must answer, starts the clocks, writes the ledger and lists its
// photos, all or nothing. The same content under the same client id is answered again with what was made of it the
// first time; other content is a conflict (DECISIONS 7).
func (s *Store) FileTicket(ctx context.Context, a models.Actor, f ticket.Filing, claims []photo.Claim) (Filed, error) {
	var filed Filed
	err := s.db.Write(ctx, func(tx storage.Tx) error {
		t, created, err := s.FileIn(tx, a, f, claims)
		if err != nil {
			return err
		}
		filed, err = s.filed(tx, a, t, created)
		return err
	})
	return filed, err
}

func (s *Store) filed(tx storage.Tx, a models.Actor, t ticket.Ticket, created bool) (Filed, error) {
	view, err := s.view(tx, a, t)
	if err != nil {
		return Filed{}, err
	}
	missing, err := s.photos.MissingFor(tx, "ticket", t.ID)
	return Filed{Ticket: view, PhotosMissing: missing, Created: created}, err
}

// FileIn is FileTicket inside a transaction; the demo county files through it at the moments of its history.
func (s *Store) FileIn(tx storage.Tx, a models.Actor, f ticket.Filing, claims []photo.Claim) (ticket.Ticket, bool, error) {
	hash := storage.ContentHash(struct {
		F ticket.Filing
		C []photo.Claim
	}{f, claims})
	if t, ok, err := again(tx, a, f.ClientID, hash); ok || err != nil {
		return t, false, err
	}
	c, err := s.catalogueIn(tx)
	if err != nil {
		return ticket.Ticket{}, false, err
	}
	f, category, err := f.Check(c, len(claims))
	if err != nil {
		return ticket.Ticket{}, false, err
	}
	at, err := resolve(tx, f)
	if err != nil {
		return ticket.Ticket{}, false, err
	}
	if f.OnBehalf != nil && !ticket.MayFileFor(a, at.BuildingID, at.CommunityID) {
		return ticket.Ticket{}, false, models.Refuse(models.Denied, "ticket.not_yours_to_file_for")
	}
	to, err := route(tx, at.EstateID, at.CommunityID, at.TownID, category)
	if err != nil {
		return ticket.Ticket{}, false, err
	}
	at.Managed = to.managed
	t := ticket.Open(a, f, category, c, at, hash, tx.At())
	if err := s.countFiling(tx, t); err != nil {
		return ticket.Ticket{}, false, err
	}
	if t.OnBehalf && f.OnBehalf.Phone != "" {
		if t.ReporterID, err = neighbour(tx, f.OnBehalf.Phone, at.BuildingID); err != nil {
			return t, false, err
		}
	}
	return s.insert(tx, a, t, f, to, c, at, claims)
}

// countFiling refuses what is more than one account may file within a day, and says when to come back: the phone keeps
// it and sends it then, so that nothing is dropped. What was filed before and is sent again is not counted.
func (s *Store) countFiling(tx storage.Tx, t ticket.Ticket) error {
	if s.perDay == 0 {
		return nil
	}
	name, most := t.Allowance(s.perDay)
	return countDay(tx, fmt.Sprintf("filing/%s/%d", name, t.AuthorID), most)
}

// countDay counts one more use of key and refuses what is more than so many within a day.
func countDay(tx storage.Tx, key string, most int) error {
	wait, err := storage.TakeUse(tx, key, int64(most), day)
	if err != nil || wait == 0 {
		return err
	}
	refusal := models.Refuse(models.Limited, "ticket.too_many_today").With("limit", most)
	refusal.RetryAfter = wait
	return refusal
}

const day = 24 * time.Hour

// again looks for the ticket that this client id made before.
func again(tx storage.Tx, a models.Actor, clientID, hash string) (ticket.Ticket, bool, error) {
	var t ticket.Ticket
	err := tx.DB().Take(&t, "author_id = ? AND client_id = ?", a.AccountID, clientID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return t, false, nil
	}
	if err == nil && t.ContentHash != hash {
		err = models.Refuse(models.Conflict, "ticket.id_conflict")
	}
	return t, err == nil, err
}

func (s *Store) insert(tx storage.Tx, a models.Actor, t ticket.Ticket, f ticket.Filing, to routed, c ticket.Catalogue, at ticket.Where, claims []photo.Claim) (ticket.Ticket, bool, error) {
	urgency, _ := c.Urgency(t.Urgency) // a parsed catalogue names only urgencies that it has
	hours, err := s.hoursIn(tx, c)
	if err != nil {
		return t, false, err
	}
	if err := s.keepIDs(tx, c); err != nil {
		return t, false, err
	}
	t = holdIn(t, at, to, c)
	t = t.DispatchedTo(to.party.ID, to.rule, ticket.DeadlinesFrom(urgency, hours, t.FiledAt, t.Protected, to.rank), c)
	if t.ID, err = s.drawID(tx, t, c); err != nil {
		return t, false, err
	}
	if t.Number, err = s.numberFor(tx, t); err != nil {
		return t, false, err
	}
	created, err := storage.Insert(tx, &t)
	if err != nil || !created { // another connection filed it between our look and our insert; our number goes back
		return t, false, raced(err)
	}
	if err := writeContact(tx, t, f); err != nil {
		return t, false, err
	}
	for _, e := range filedEvents(a, t, f.Danger) {
		if _, err := storage.Record(tx, e); err != nil {
			return t, false, err
		}
	}
	return t, true, s.list(tx, a, t.ID, "ticket", t.ID, claims, t.Untimed())
}

// writeContact keeps the contact data of a neighbour without an account, or a number other than the account's own.
func writeContact(tx storage.Tx, t ticket.Ticket, f ticket.Filing) error {
	contact := Contact{TicketID: t.ID, Phone: f.ContactPhone}
	if b := f.OnBehalf; b != nil {
		contact = Contact{TicketID: t.ID, Name: strings.TrimSpace(b.Name), Phone: b.Phone, Consent: b.Consent}
	}
	if contact.Name == "" && contact.Phone == "" {
		return nil
	}
	return tx.DB().Create(&contact).Error
}

// Contact is the row of contact data that stands apart from its ticket.
type Contact struct {
	TicketID int64 `gorm:"primaryKey"`
	Name     string
	Phone    string
	Consent  string
}

// TableName is the contacts' table.
func (Contact) TableName() string { return "ticket_contacts" }

// neighbour finds the account of the neighbour for whom somebody files: only one who has an approved home in that
// building, so that a mistyped number shows nothing to a stranger.
func neighbour(tx storage.Tx, phone string, buildingID int64) (int64, error) {
	var ids []int64
	err := tx.DB().Table("accounts").Select("accounts.id").
		Joins("JOIN memberships m ON m.account_id = accounts.id AND m.role = ? AND m.status = ? AND m.scope_kind = ?", models.Resident, models.Approved, models.ScopeUnit).
		Joins("JOIN units u ON u.id = m.scope_id").
		Where("accounts.phone = ? AND u.building_id = ? AND (m.valid_to IS NULL OR m.valid_to > ?)", phone, buildingID, tx.Today()).
		Limit(1).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}

// resolve finds the place of a filing and refuses places that do not fit together.
func resolve(tx storage.Tx, f ticket.Filing) (ticket.Where, error) {
	var at ticket.Where
	bad := models.RefuseField("ticket.unknown_place", "building_id")
	if f.PosterToken != "" && f.BuildingID == 0 {
		var b place.Building
		if err := tx.DB().Take(&b, "poster_token = ?", f.PosterToken).Error; err != nil {
			return at, absentAs(err, models.RefuseField("ticket.unknown_place", "poster_token"))
		}
		f.BuildingID = b.ID
	}
	if f.UnitID != 0 {
		var u place.Unit
		if err := tx.DB().Take(&u, "id = ?", f.UnitID).Error; err != nil {
			return at, absentAs(err, bad)
		}
		if f.BuildingID != 0 && f.BuildingID != u.BuildingID || f.EntranceID != 0 && f.EntranceID != u.EntranceID {
			return at, bad
		}
		at.UnitID, f.BuildingID, f.EntranceID = u.ID, u.BuildingID, u.EntranceID
	}
	if f.EntranceID != 0 {
		var e place.Entrance
		if err := tx.DB().Take(&e, "id = ?", f.EntranceID).Error; err != nil {
			return at, absentAs(err, bad)
		}
		if f.BuildingID != 0 && f.BuildingID != e.BuildingID {
			return at, bad
		}
		at.EntranceID, f.BuildingID = e.ID, e.BuildingID
	}
	if f.BuildingID != 0 {
		var b place.Building
		if err := tx.DB().Take(&b, "id = ?", f.BuildingID).Error; err != nil {
			return at, absentAs(err, bad)
		}
		if f.EstateID != 0 && f.EstateID != b.EstateID {
			return at, bad
		}
		at.BuildingID, f.EstateID = b.ID, b.EstateID
		at.FewHouseholds = b.Small()
	}
	var e place.Estate
	if err := tx.DB().Take(&e, "id = ?", f.EstateID).Error; err != nil {
		return at, absentAs(err, bad)
	}
	if f.BuildingID == 0 {
		at.FewHouseholds = e.Small()
	}
	at.EstateID, at.CommunityID, at.TownID = e.ID, e.CommunityID, e.TownID
	return at, nil
}

func absentAs(err error, refusal error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return refusal
	}
	return err
}

// nextNumber counts up the series of the day and community.
func nextNumber(tx storage.Tx, communityID int64) (string, error) {
	code, err := places.CodeOn(tx, communityID, tx.Today())
	if err != nil {
		return "", err
	}
	seq, err := countUp(tx, seriesOf(tx.Today(), code))
	return ticket.Number(tx.Today(), code, seq), err
}

// routed is the body that must answer, by which rule, at which service rank, and whether somebody runs the place.
type routed struct {
	party   place.HandlingParty
	rule    string
	rank    int
	managed bool
}

// route finds the body: category × mode × who served the place that day (B-b.3).
func route(tx storage.Tx, estateID, communityID, townID int64, category ticket.Category) (routed, error) {
	term, running, err := places.TermOn(tx, estateID, tx.Today())
	if err != nil {
		return routed{}, err
	}
	managed := running && term.ServiceMode.Managed()
	for _, target := range ticket.Route(category, managed) {
		party, ok, err := bodyFor(tx, target, term, running, estateID, communityID, townID)
		if err != nil {
			return routed{}, err
		}
		if ok {
			return routed{party, string(target), term.Rank(), managed}, nil
		}
	}
	return routed{}, errors.New("nobody answers here: the authorities are not seeded")
}

func bodyFor(tx storage.Tx, target ticket.Target, term place.ServiceTerm, running bool, estateID, communityID, townID int64) (place.HandlingParty, bool, error) {
	switch target {
	case ticket.TargetTerm:
		if !running {
			return place.HandlingParty{}, false, nil
		}
		return places.Party(tx, term.HandlingPartyID)
	case ticket.TargetStation:
		return places.StationOf(tx, communityID)
	case ticket.TargetTown:
		return places.TownPartyOf(tx, townID)
	case ticket.TargetDeveloper:
		return places.DeveloperOf(tx, estateID)
	}
	return places.PartyByCode(tx, string(target))
}
