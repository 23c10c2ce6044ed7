package ticket

import (
	"encoding/json"
	"errors"
	"slices"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/people"
	"linli/models/photo"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// view reads everything about one ticket and keeps what a may see.
func (s *Store) view(tx storage.Tx, a models.Actor, t ticket.Ticket) (ticket.View, error) {
	c, err := s.catalogueIn(tx)
	if err != nil {
		return ticket.View{}, err
	}
	known, err := s.known(tx, a, t)
	if err != nil {
		return ticket.View{}, err
	}
	view := ticket.ViewFor(a, known, c, tx.At())
	if view.NamesParty() {
		view.LikelyParties, err = likelyParties(tx, t, slices.Contains(view.Actions, ticket.Redispatch))
	}
	return view, err
}

// likelyParties are whom a person would name first who gives t away: who serves the place today, the community's station and,
// where an office gives it to another (above), the town. The party that has it is not among them.
func likelyParties(tx storage.Tx, t ticket.Ticket, above bool) (likely []ticket.Party, err error) {
	add := func(p place.HandlingParty, found bool, err error) error {
		if err == nil && found && p.ID != t.HandlingPartyID && !slices.ContainsFunc(likely, func(other ticket.Party) bool { return other.ID == p.ID }) {
			likely = append(likely, publicParty(p))
		}
		return err
	}
	term, served, err := places.TermOn(tx, t.EstateID, tx.Today())
	if err == nil && served {
		err = add(places.Party(tx, term.HandlingPartyID))
	}
	if err == nil {
		err = add(places.StationOf(tx, t.CommunityID))
	}
	if err == nil && above {
		err = add(places.TownPartyOf(tx, t.TownID))
	}
	return likely, err
}

// publicParty is a party as everybody may know it.
func publicParty(p place.HandlingParty) ticket.Party {
	return ticket.Party{ID: p.ID, Kind: string(p.Kind), Name: p.Name, Phone24: p.Phone24}
}

func (s *Store) known(tx storage.Tx, a models.Actor, t ticket.Ticket) (ticket.Known, error) {
	one := []ticket.Ticket{t}
	names, err := namesOf(tx, one)
	if err != nil {
		return ticket.Known{}, err
	}
	k := names[t.ID].known(t)
	k.QueryCode = s.queryCode(t.Number)
	var photos []photo.Photo
	for _, read := range []func() error{
		func() error { return addReporter(tx, &k) },
		func() error {
			return tx.DB().Where("ticket_id = ?", t.ID).Order("id").Limit(300).Find(&photos).Error
		},
		func() error {
			return tx.DB().Where("ticket_id = ?", t.ID).Order("id").Limit(500).Find(&k.Messages).Error
		},
		func() (err error) {
			k.Closings, err = closingsOf(tx, t.ID)
			return err
		},
		func() error {
			return tx.DB().Where("ticket_id = ?", t.ID).Order("closing, id").Limit(100).Find(&k.Ratings).Error
		},
		func() error { return addHistory(tx, a, &k) },
		func() error { return addReturn(tx, &k) },
		func() error { return s.addExtension(tx, &k) },
		func() error { return s.addPartsDays(tx, &k) },
		func() error { return s.addSuspension(tx, &k) },
		func() error { return s.addPromise(tx, a, &k) },
		func() error { return addCause(tx, a, &k) },
		func() error { return addDuty(tx, &k) },
		func() error { return addVoices(tx, &k) },
	} {
		if err := read(); err != nil {
			return k, err
		}
	}
	for _, p := range photos {
		k.Photos = append(k.Photos, knownPhoto(p))
		if k.PhotoID == 0 && p.Noun == "ticket" && p.Status == photo.Stored {
			k.PhotoID = p.ID
		}
	}
	own, err := ownOf(tx, one)
	if err != nil {
		return k, err
	}
	k.Own = own[t.ID]
	var unread []ticket.Part
	for _, m := range k.Messages {
		if m.ReadAt == nil {
			unread = append(unread, m.Side)
		}
	}
	k.Unread = ticket.Unread(a, t, unread)
	return k, nil
}

func knownPhoto(p photo.Photo) ticket.KnownPhoto {
	return ticket.KnownPhoto{
		ID: p.ID, ClientID: p.ClientID, AuthorID: p.AuthorID, Noun: p.Noun, NounID: p.NounID, Kind: string(p.Kind), Status: string(p.Status), RefuseCode: p.RefuseCode,
		Width: p.Width, Height: p.Height, ExactRepeat: p.ExactRepeatOf != 0, ListedAt: p.ListedAt,
	}
}

// addReporter reads whose matter it is: the account, or the neighbour without one, and a number given for this ticket.
func addReporter(tx storage.Tx, k *ticket.Known) error {
	if k.Ticket.ReporterID != 0 {
		var account people.Account
		if err := tx.DB().Take(&account, "id = ?", k.Ticket.ReporterID).Error; err != nil {
			return err
		}
		k.ReporterName, k.ReporterPhone = account.Name, account.Phone
	}
	var contact Contact
	err := tx.DB().Take(&contact, "ticket_id = ?", k.Ticket.ID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if contact.Name != "" {
		k.ReporterName = contact.Name
	}
	if contact.Phone != "" {
		k.ReporterPhone = contact.Phone
	}
	return err
}

func addHistory(tx storage.Tx, a models.Actor, k *ticket.Known) error {
	told, err := storage.History(tx, "ticket", k.Ticket.ID)
	if err != nil {
		return err
	}
	if err := addReceipt(tx, a, k, told); err != nil {
		return err
	}
	var parties []int64
	for _, l := range told {
		parties = append(parties, l.HandlingPartyID)
	}
	for _, m := range k.Messages {
		parties = append(parties, m.HandlingPartyID)
	}
	names, err := partyNames(tx, parties)
	if err != nil {
		return err
	}
	k.PartyNames = map[int64]string{}
	for id, party := range names {
		k.PartyNames[id] = party.Name
	}
	k.History, err = historyLines(told, names)
	return err
}

// linesOf are the lines of the ledger about t as the rules read them.
func linesOf(tx storage.Tx, t ticket.Ticket) ([]ticket.HistoryLine, error) {
	told, err := storage.History(tx, "ticket", t.ID)
	if err != nil {
		return nil, err
	}
	return historyLines(told, nil)
}

// historyLines are lines of the ledger as the rules read them.
func historyLines(told []storage.Told, names map[int64]place.HandlingParty) (lines []ticket.HistoryLine, err error) {
	for _, l := range told {
		line := ticket.HistoryLine{
			ID: l.ID, Action: l.Action, ActorID: l.ActorID, ActorRole: l.ActorRole, From: l.FromState, To: l.ToState, Note: l.Note, At: l.At,
			PartyID: l.HandlingPartyID, PartyName: names[l.HandlingPartyID].Name,
		}
		if err := json.Unmarshal([]byte(l.Data), &line.Data); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// addReceipt reads where the line of the filing stands, for those who may hold its leaf.
func addReceipt(tx storage.Tx, a models.Actor, k *ticket.Known, told []storage.Told) error {
	if len(told) == 0 || told[0].Action != string(ticket.File) || !ticket.MayHoldReceipt(a, k.Ticket) {
		return nil
	}
	sealed, err := storage.SealOf(tx, told[0].ID)
	k.Receipt = &ticket.Receipt{Leaf: told[0].Leaf, Position: sealed.Position}
	if under := sealed.Checkpoint; under != nil {
		k.Receipt.Checkpoint = &ticket.ReceiptCheckpoint{Number: under.Number, Size: under.Size, SignedAt: under.SignedAt}
	}
	return err
}

// names are where a ticket lies and who must answer, in words.
type names struct {
	ID                                          int64
	Estate, Building, Entrance, Unit, Community string
	Households                                  *int64 // of the building, where there is one
	EstateHouseholds                            int64
	PartyID                                     int64
	PartyKind, Party, Phone24                   string
}

// sqlNames asks for all names of a page at once: a statement a table was most of what a list cost. A community has the
// name that it bears today.
const sqlNames = `SELECT t.id, e.name AS estate, coalesce(b.name, '') AS building, b.households, e.households AS estate_households, coalesce(n.name, '') AS entrance, coalesce(u.name, '') AS unit,
	coalesce(d.name, '') AS community, p.id AS party_id, p.kind AS party_kind, p.name AS party, p.phone24
FROM tickets t
JOIN estates e ON e.id = t.estate_id
JOIN handling_parties p ON p.id = t.handling_party_id
LEFT JOIN buildings b ON b.id = t.building_id
LEFT JOIN entrances n ON n.id = t.entrance_id
LEFT JOIN units u ON u.id = t.unit_id
LEFT JOIN division_codes d ON d.division_id = t.community_id AND d.valid_from <= ? AND (d.valid_to IS NULL OR d.valid_to > ?)
WHERE t.id IN ?`

func namesOf(tx storage.Tx, tickets []ticket.Ticket) (map[int64]names, error) {
	all := map[int64]names{}
	ids := idsOf(tickets, func(t ticket.Ticket) int64 { return t.ID })
	if len(ids) == 0 {
		return all, nil
	}
	var found []names
	err := tx.DB().Raw(sqlNames, tx.Today(), tx.Today(), ids).Scan(&found).Error
	for _, n := range found {
		all[n.ID] = n
	}
	return all, err
}

func (n names) known(t ticket.Ticket) ticket.Known {
	return ticket.Known{
		Ticket: t, EstateName: n.Estate, BuildingName: n.Building, EntranceName: n.Entrance, UnitName: n.Unit, CommunityName: n.Community,
		SmallBuilding: n.Households != nil && place.Building{Households: *n.Households}.Small(),
		SmallPlace:    n.Households != nil && place.Building{Households: *n.Households}.Small() || n.Households == nil && place.Estate{Households: n.EstateHouseholds}.Small(),
		Party:         ticket.Party{ID: n.PartyID, Kind: n.PartyKind, Name: n.Party, Phone24: n.Phone24},
	}
}

func partyNames(tx storage.Tx, ids []int64) (map[int64]place.HandlingParty, error) {
	return byID[place.HandlingParty](tx, ids, func(p place.HandlingParty) int64 { return p.ID })
}

// byID reads the rows of one table for a page's ids.
func byID[T any](tx storage.Tx, ids []int64, id func(T) int64) (map[int64]T, error) {
	out := map[int64]T{}
	ids = slices.Clone(ids) // the caller's stay in their order
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for chunk := range slices.Chunk(ids, 1000) {
		var rows []T
		if err := tx.DB().Where("id IN ?", chunk).Find(&rows).Error; err != nil {
			return out, err
		}
		for _, r := range rows {
			out[id(r)] = r
		}
	}
	return out, nil
}

func idsOf[T any](rows []T, id func(T) int64) []int64 {
	var ids []int64
	seen := make(map[int64]bool, len(rows))
	for _, row := range rows {
		if n := id(row); n != 0 && !seen[n] {
			seen[n] = true
			ids = append(ids, n)
		}
	}
	return ids
}

// closingsOf are the "dones" of a ticket in their order.
func closingsOf(tx storage.Tx, ticketID int64) (closings []ticket.Closing, err error) {
	err = tx.DB().Where("ticket_id = ?", ticketID).Order("closing").Limit(100).Find(&closings).Error
	return closings, err
}
