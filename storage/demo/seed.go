package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/storage"
	"linli/storage/people"
	"linli/storage/photo"
	places "linli/storage/place"
	"linli/storage/score"
	"linli/storage/ticket"
)

// Deps are the stores through which the county is made. They must be wired to each other as in the program itself, and
// the authorities, the catalogue and the score's ruleset must be there.
type Deps struct {
	DB       *storage.DB
	Places   *places.Store
	Photos   *photo.Store
	Tickets  *ticket.Store
	Scores   *score.Store
	Password string // of every account of the demo
	// Pixels is the width of all pictures; 0 means 960 for what is new and 520 for what lies back. Tests paint small.
	Pixels int
}

// Summary is what the county holds.
type Summary struct {
	Estates   int
	Buildings int
	Accounts  int
	Tickets   int // of the whole history
	Open      int // of them
	Complete  bool
}

// Progress is told how far a part has come: "register", "people", "desk" or "history".
type Progress func(done, total int, what string)

// The settings that remember how far the seeding came, so that a program that was stopped goes on where it was.
const (
	anchorKey   = "demo.anchor" // the moment of the demo: what the first call was given as now
	registerKey = "demo.register"
	peopleKey   = "demo.people"
	rostersKey  = "demo.rosters"
	phonesKey   = "demo.phones"
	bulletinKey = "demo.bulletins"
	templateKey = "demo.templates"
	deskKey     = "demo.desk"
	causeKey    = "demo.causes"
	seededKey   = "demo.seeded"
)

// Seed makes the whole county: Prepare, then FillHistory.
func Seed(ctx context.Context, d Deps, now time.Time, progress Progress) (Summary, error) {
	if _, err := Prepare(ctx, d, now, progress); err != nil {
		return Summary{}, err
	}
	return FillHistory(ctx, d, progress)
}

// Prepare makes the registers, the people, and the tickets that are on somebody's desk or were filed in the last days:
// all that is needed to work with. It does nothing that was done before. A database with real places in it is refused.
func Prepare(ctx context.Context, d Deps, now time.Time, progress Progress) (Summary, error) {
	s, err := begin(ctx, d, now, progress)
	if err != nil {
		return Summary{}, err
	}
	if err := s.once(ctx, registerKey, s.makeRegister); err != nil {
		return Summary{}, err
	}
	if err := s.makePeople(ctx); err != nil {
		return Summary{}, err
	}
	for _, part := range []struct {
		key string
		do  func(storage.Tx) error
	}{{rostersKey, s.makeRosters}, {phonesKey, s.makePhones}, {bulletinKey, s.makeBulletins}, {templateKey, s.makeTemplates}} {
		if err := s.once(ctx, part.key, part.do); err != nil {
			return Summary{}, err
		}
	}
	if err := s.think(ctx); err != nil {
		return Summary{}, err
	}
	if err := s.makeDesk(ctx); err != nil {
		return s.summary, err
	}
	return s.summary, s.once(ctx, causeKey, s.makeCauses)
}

// FillHistory makes the rest of the twelve months, the newest first, in small transactions between which everybody
// else can work. It does nothing that was done before, and needs a county that was prepared.
func FillHistory(ctx context.Context, d Deps, progress Progress) (Summary, error) {
	s, err := begin(ctx, d, time.Time{}, progress)
	if err != nil {
		return Summary{}, err
	}
	if err := s.think(ctx); err != nil {
		return Summary{}, err
	}
	if err := s.makeHistory(ctx); err != nil {
		return s.summary, err
	}
	s.summary.Complete = true
	return s.summary, nil
}

// seeder is one run.
type seeder struct {
	Deps
	tickets  *ticket.Store
	nextID   int64
	now      time.Time
	progress Progress
	county   *county
	plans    []plan
	ratings  []opinion
	actors   map[int64]models.Actor
	summary  Summary
}

// begin remembers the moment of the demo, or finds the one of the run before.
func begin(ctx context.Context, d Deps, now time.Time, progress Progress) (*seeder, error) {
	s := &seeder{Deps: d, progress: progress, actors: map[int64]models.Actor{}}
	if s.progress == nil {
		s.progress = func(int, int, string) {}
	}
	s.tickets = d.Tickets.WithIDs(func() int64 { return s.nextID })
	return s, d.DB.Write(ctx, func(tx storage.Tx) error {
		anchor, found, err := setting(tx, anchorKey)
		if err != nil {
			return err
		}
		if found {
			s.now, err = time.Parse(time.RFC3339Nano, anchor)
			return err
		}
		if now.IsZero() {
			return errors.New("the demo county was not prepared")
		}
		if err := mustBeEmpty(tx); err != nil {
			return err
		}
		s.now = models.UTC(now)
		return tx.DB().Create(&storage.Setting{Key: anchorKey, Value: s.now.Format(time.RFC3339Nano)}).Error
	})
}

// mustBeEmpty keeps invented people out of a county with real ones.
func mustBeEmpty(tx storage.Tx) error {
	for _, table := range []string{"estates", "accounts"} {
		var n int64
		if err := tx.DB().Table(table).Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("the demo county needs an empty database; this one has %d %s", n, table)
		}
	}
	return nil
}

func setting(tx storage.Tx, key string) (value string, found bool, err error) {
	var rows []storage.Setting
	err = tx.DB().Where("key = ?", key).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return "", false, err
	}
	return rows[0].Value, true, nil
}

// once does a part in one transaction that also remembers it, unless it was done before.
func (s *seeder) once(ctx context.Context, key string, part func(storage.Tx) error) error {
	return s.DB.Write(ctx, func(tx storage.Tx) error {
		_, done, err := setting(tx, key)
		if err != nil || done {
			return err
		}
		if err := part(tx); err != nil {
			return err
		}
		return tx.DB().Create(&storage.Setting{Key: key, Value: "done"}).Error
	})
}

func (s *seeder) done(ctx context.Context, key string) (done bool, err error) {
	err = s.DB.Read(ctx, func(tx storage.Tx) error {
		_, done, err = setting(tx, key)
		return err
	})
	return done, err
}

// ahead is a moment before the history, when the register was taken and people signed up.
func (s *seeder) ahead() time.Time { return s.now.AddDate(0, 0, -historyDays-30) }

// makeRegister takes the register in and enters telephone numbers and the hand-overs of the year.
func (s *seeder) makeRegister(tx storage.Tx) error {
	s.progress(0, 1, "register")
	tx = tx.Moved(s.ahead())
	if _, err := s.Places.DemoRegister(tx, Register(), posterToken); err != nil {
		return err
	}
	for i, code := range []string{"water_co", "gas_co", "heat_co", "property_center", "telecom", "housing", "urban_management", "town_chengguan", "town_chaoyang"} {
		err := tx.DB().Table("handling_parties").Where("code = ? AND phone24 = ''", code).Updates(map[string]any{"phone24": demoPhone(9000 + i)}).Error
		if err != nil {
			return err
		}
	}
	if err := s.handOvers(tx); err != nil {
		return err
	}
	s.progress(1, 1, "register")
	return nil
}

// posterToken is the same on every machine. A poster's token is a name, not a secret.
func posterToken(buildingCode string) string {
	const signs = "abcdefghjkmnpqrstuvwxyz23456789"
	c := chanceFor("poster "+buildingCode, 0)
	token := make([]byte, 10)
	for i := range token {
		token[i] = signs[c.IntN(len(signs))]
	}
	return string(token)
}

// handOvers are two of the year: a badly run estate changed its company, and a package of ownerless buildings got one.
func (s *seeder) handOvers(tx storage.Tx) error {
	county, err := loadCounty(tx)
	if err != nil {
		return err
	}
	for _, e := range county.estates {
		var operator string
		var ago int
		switch {
		case e.BaselineClass == place.ClassProfessional && e.number == 8:
			operator, ago = demoOperators[0].name, 150
		case e.BaselineClass == place.ClassOwnerless && e.number%len(demoCommunities) == 1 && e.number/len(demoCommunities) < 10 && e.ServicePackageID != nil:
			operator, ago = demoOperators[1].name, 60
		default:
			continue
		}
		party, err := partyNamed(county, operator)
		if err != nil {
			return err
		}
		day := models.DateOf(s.now).Add(-ago)
		_, err = s.Places.SetTerm(tx.Moved(day.Start().Add(-48*time.Hour)), models.SystemActor, e.Estate, place.NewTerm{
			HandlingPartyID: party.ID, ServiceMode: place.ModeProfessional, ValidFrom: day, Phone24: party.Phone24,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func partyNamed(c *county, name string) (place.HandlingParty, error) {
	for _, p := range c.parties {
		if p.Name == name {
			return p, nil
		}
	}
	return place.HandlingParty{}, fmt.Errorf("the demo county has no %s", name)
}

// makePeople writes the accounts in parts, so that a stop in between loses little.
func (s *seeder) makePeople(ctx context.Context) error {
	if done, err := s.done(ctx, peopleKey); err != nil || done {
		return err
	}
	err := s.DB.Read(ctx, func(tx storage.Tx) (err error) {
		_, err = s.registered(tx)
		return err
	})
	if err != nil {
		return err
	}
	everybody := s.county.everybody()
	hash := people.HashPassword(s.Password) // once for all: each would take as long as a sign-in
	const size = 250
	for from := 0; from < len(everybody); from += size {
		part := everybody[from:min(len(everybody), from+size)]
		err := s.once(ctx, fmt.Sprintf("%s.%02d", peopleKey, from/size), func(tx storage.Tx) error {
			return makePeople(tx.Moved(s.ahead()), part, hash, s.now)
		})
		if err != nil {
			return err
		}
		s.progress(from+len(part), len(everybody), "people")
	}
	return s.once(ctx, peopleKey, func(storage.Tx) error { return nil })
}

// registered is the county as makeRegister left it, read once in a run: what is made after it moves nothing there.
func (s *seeder) registered(tx storage.Tx) (_ *county, err error) {
	if s.county == nil {
		s.county, err = loadCounty(tx)
	}
	return s.county, err
}

// think settles the county and thinks out all tickets and ratings.
func (s *seeder) think(ctx context.Context) error {
	catalogue, err := s.Tickets.Catalogue(ctx)
	if err != nil {
		return err
	}
	hours, err := s.Tickets.Hours(ctx)
	if err != nil {
		return err
	}
	err = s.DB.Read(ctx, func(tx storage.Tx) (err error) {
		if _, err = s.registered(tx); err != nil {
			return err
		}
		s.summary.Accounts, err = s.county.settle(tx)
		return err
	})
	if err != nil {
		return err
	}
	h := newHistorian(s.county, catalogue, hours, s.now)
	s.plans, s.ratings = h.history(), h.opinions()
	s.summary.Estates, s.summary.Tickets = len(s.county.estates), len(s.plans)
	for _, e := range s.county.estates {
		s.summary.Buildings += len(e.buildings)
	}
	for _, p := range s.plans {
		if p.open {
			s.summary.Open++
		}
	}
	return nil
}
