package place

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// The rulesets on posted phones.
const (
	phonesKind    = "posted_phones"
	phonesFormula = "phones/1"
)

// SeedPhoneRules writes the rules on posted phones that the program brings along into a database that does not have them. It
// may run at every start.
func SeedPhoneRules(tx storage.Tx) error {
	return storage.SeedRules(tx, phonesKind, place.PhoneRuleDocuments(), place.ParsePhoneRules, func(r place.PhoneRules) (string, string, models.Date) {
		return r.Version, phonesFormula, r.ValidFrom
	})
}

// PhoneRules reads the rules on posted phones that are in force on the day of a transaction.
func PhoneRules() *storage.Rules[place.PhoneRules] {
	return storage.NewRules(phonesKind, place.ParsePhoneRules)
}

// CheckPhones does what is due of the calls to posted phones: it commits the draws of weeks that come near, takes the beacon of those that
// wait for one, and makes a check of each call whose minute has come. It returns how many checks it made. What fell due and
// expired while nobody asked is not made up for.
func (s *Store) CheckPhones(ctx context.Context) (made int, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		made, err = s.CheckPhonesIn(tx, newSecret)
		return err
	})
	return made, err
}

// newSecret draws the secret of a week.
func newSecret(models.Date) string {
	b := make([]byte, 32)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// CheckPhonesIn is CheckPhones inside a transaction, with the secrets of new draws from elsewhere.
func (s *Store) CheckPhonesIn(tx storage.Tx, secret func(week models.Date) string) (made int, err error) {
	rules, err := s.phones.In(tx)
	if err != nil {
		return 0, err
	}
	for _, week := range rules.WeeksToDraw(tx.At()) {
		draw, there, err := drawOf(tx, week)
		if err == nil && !there {
			err = s.commitDraw(tx, week, secret(week))
		}
		if err == nil && there && draw.Beacon == "" {
			err = takeBeacon(tx, draw, rules)
		}
		if err != nil {
			return 0, err
		}
	}
	calls, err := callsAt(tx)
	if err != nil {
		return 0, err
	}
	return s.makeChecks(tx, calls)
}

// makeChecks makes a check of each call whose number is on a card today. Most minutes have none, and read no cards for it.
func (s *Store) makeChecks(tx storage.Tx, calls []drawnCall) (made int, err error) {
	if len(calls) == 0 {
		return 0, nil
	}
	posted, err := s.posted(tx)
	if err != nil {
		return 0, err
	}
	for _, c := range calls {
		estates := posted.estates[c.Line()]
		if len(estates) == 0 {
			continue
		}
		did, err := makeCheck(tx, c, estates)
		if err != nil {
			return made, err
		}
		if did {
			made++
		}
	}
	return made, nil
}

// DemoPhones makes a past week of the demo: a draw as it was committed and had its beacon, and a check of each call that fell due
// before the moment of the transaction. seek may look for a secret by what would be drawn with it.
func (s *Store) DemoPhones(tx storage.Tx, week models.Date, seek func(draw func(secret string) place.PhoneDraw) (place.PhoneDraw, error)) error {
	posted, err := s.posted(tx)
	if err != nil {
		return err
	}
	rules, err := s.phones.In(tx)
	if err != nil {
		return err
	}
	committed := rules.CommitAt(week)
	document, err := storage.RulesetDocument(tx.Moved(committed), phonesKind)
	if err != nil {
		return err
	}
	beacon := rules.BeaconFrom(committed).Add(time.Hour)
	draw, err := seek(func(secret string) place.PhoneDraw {
		d := place.NewPhoneDraw(week, document, posted.list, secret, committed)
		d.Beacon, d.BeaconAt = "demo", &beacon
		return d
	})
	if err != nil {
		return err
	}
	if err := tx.DB().Create(&draw).Error; err != nil {
		return err
	}
	if err := recordDraw(tx.Moved(committed), draw, "commit", map[string]any{"list_hash": draw.ListHash, "secret_hash": draw.SecretHash}); err != nil {
		return err
	}
	all, err := draw.Calls()
	if err != nil {
		return err
	}
	var calls []drawnCall
	for _, c := range all {
		if !c.Due.After(tx.At()) {
			calls = append(calls, drawnCall{c, week})
		}
	}
	_, err = s.makeChecks(tx, calls)
	return err
}

func drawOf(tx storage.Tx, week models.Date) (draw place.PhoneDraw, there bool, err error) {
	var draws []place.PhoneDraw
	err = tx.DB().Where("week = ?", week).Limit(1).Find(&draws).Error
	if err != nil || len(draws) == 0 {
		return draw, false, err
	}
	return draws[0], true, nil
}

// commitDraw fixes the list, the rules and the secret of a week, and says so in the ledger: what is drawn from them can be
// chosen by nobody after that.
func (s *Store) commitDraw(tx storage.Tx, week models.Date, secret string) error {
	document, err := storage.RulesetDocument(tx, phonesKind)
	if err != nil {
		return err
	}
	posted, err := s.posted(tx)
	if err != nil {
		return err
	}
	draw := place.NewPhoneDraw(week, document, posted.list, secret, tx.At())
	made, err := storage.Insert(tx, &draw)
	if err != nil || !made {
		return err
	}
	return recordDraw(tx, draw, "commit", map[string]any{"list_hash": draw.ListHash, "secret_hash": draw.SecretHash})
}

// recordDraw writes a step of a draw into the ledger. Its id there is its Monday as a number, 20261123.
func recordDraw(tx storage.Tx, draw place.PhoneDraw, action string, data map[string]any) error {
	_, err := storage.Record(tx, models.Event{Noun: "phone_draw", NounID: draw.Number(), Action: action, ActorRole: models.System, Data: data})
	return err
}

// signed is a checkpoint of the ledger as a beacon.
type signed struct {
	Number   int64
	Root     string
	SignedAt time.Time
}

// beaconFor is the first checkpoint that was signed long enough after the draw was committed; false while there is none.
func beaconFor(tx storage.Tx, draw place.PhoneDraw, rules place.PhoneRules) (signed, bool, error) {
	var rows []signed
	from := rules.BeaconFrom(draw.CommittedAt)
	err := tx.DB().Table("ledger_checkpoints").Select("number, root, signed_at").Where("signed_at >= ?", from).Order("number").Limit(1).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return signed{}, false, err
	}
	return rows[0], true, nil
}

func takeBeacon(tx storage.Tx, draw place.PhoneDraw, rules place.PhoneRules) error {
	row, there, err := beaconFor(tx, draw, rules)
	if err != nil || !there {
		return err
	}
	beacon := fmt.Sprintf("checkpoint/%d/%s", row.Number, row.Root)
	res := tx.DB().Model(&place.PhoneDraw{}).Where("week = ? AND beacon = ''", draw.Week).Updates(map[string]any{"beacon": beacon, "beacon_at": models.UTC(row.SignedAt)})
	if res.Error != nil || res.RowsAffected == 0 {
		return res.Error
	}
	return recordDraw(tx, draw, "beacon", map[string]any{"beacon": beacon})
}

// drawnCall is a call of a week.
type drawnCall struct {
	place.PhoneCall
	week models.Date
}

// callsAt are the calls whose minute has come, that can still be made, and of which there is no check yet.
func callsAt(tx storage.Tx) (calls []drawnCall, err error) {
	var draws []place.PhoneDraw
	monday := place.Monday(tx.Today())
	err = tx.DB().Where("week >= ? AND week <= ? AND beacon <> ''", monday.Add(-7), monday).Order("week").Limit(2).Find(&draws).Error
	if err != nil {
		return nil, err
	}
	for _, draw := range draws {
		all, err := draw.Calls()
		if err != nil {
			return nil, err
		}
		var made []string
		err = tx.DB().Model(&place.PhoneCheck{}).Where("week = ? AND due_at <= ? AND until_at > ?", draw.Week, tx.At(), tx.At()).Limit(10*inChunk).Pluck("cell", &made).Error
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			if !c.Due.After(tx.At()) && c.Until.After(tx.At()) && !slices.Contains(made, c.Cell) {
				calls = append(calls, drawnCall{c, draw.Week})
			}
		}
	}
	return calls, nil
}

// checkEstate says that a number stood on an estate's card when its call fell due.
type checkEstate struct {
	EstateID int64
	CheckID  int64
}

// TableName is the table of checks by estate.
func (checkEstate) TableName() string { return "phone_check_estates" }

// makeCheck makes a check of a call, once whatever runs beside us.
func makeCheck(tx storage.Tx, c drawnCall, estates []int64) (bool, error) {
	check := place.PhoneCheck{
		Week: c.week, Cell: c.Cell, Level: c.Level, CommunityID: c.CommunityID, TownID: c.TownID, PartyID: c.PartyID, Phone: c.Phone, DueAt: c.Due, UntilAt: c.Until,
	}
	made, err := storage.Insert(tx, &check)
	if err != nil || !made {
		return false, err
	}
	var rows []checkEstate
	for _, id := range estates {
		rows = append(rows, checkEstate{EstateID: id, CheckID: check.ID})
	}
	return true, tx.DB().CreateInBatches(rows, 100).Error
}

// postedPhones are the numbers that stand on cards today, and on which cards.
type postedPhones struct {
	list    []place.PostedPhone
	estates map[string][]int64 // by line
}

func (p *postedPhones) add(party place.HandlingParty, phone string, e place.Estate, nights bool) {
	one, ok := place.NewPostedPhone(party, phone, e.CommunityID, e.TownID, nights)
	if !ok {
		return
	}
	line := one.Line()
	if p.estates[line] == nil {
		p.list = append(p.list, one)
	}
	if ids := p.estates[line]; len(ids) == 0 || ids[len(ids)-1] != e.ID {
		p.estates[line] = append(ids, e.ID)
	}
}

// posted reads the cards of all estates. What is on them is said by the same function that makes a card.
func (s *Store) posted(tx storage.Tx) (*postedPhones, error) {
	duty, err := s.duty.In(tx)
	if err != nil {
		return nil, err
	}
	all := &postedPhones{estates: map[string][]int64{}}
	for after := int64(0); ; {
		var estates []place.Estate
		if err := tx.DB().Where("id > ?", after).Order("id").Limit(inChunk).Find(&estates).Error; err != nil {
			return nil, err
		}
		if len(estates) == 0 {
			return all, nil
		}
		after = estates[len(estates)-1].ID
		if err := all.addCards(tx, estates, duty); err != nil {
			return nil, err
		}
	}
}

func (p *postedPhones) addCards(tx storage.Tx, estates []place.Estate, duty place.DutyRules) error {
	var ids, communities []int64
	for _, e := range estates {
		ids, communities = append(ids, e.ID), append(communities, e.CommunityID)
	}
	stations, err := StationsOf(tx, communities)
	if err != nil {
		return err
	}
	terms, parties, err := termsToday(tx, ids)
	if err != nil {
		return err
	}
	for _, e := range estates {
		station := stations[e.CommunityID]
		party, mode := station, place.ModeNone
		var running *place.ServiceTerm
		if term, there := terms[e.ID]; there {
			running = &term
			var partyID int64
			if partyID, mode = place.Answerable(running, station.ID); partyID != station.ID {
				party = parties[partyID]
			}
		}
		card := place.NewContactCard(party, station, mode, running, nil)
		p.add(party, card.Phone24, e, duty.MustKeep(party) && card.Phone24Note == "")
		p.add(station, card.StationPhone, e, duty.MustKeep(station) && station.Phone24Note == "")
	}
	return nil
}
