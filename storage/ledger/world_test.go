package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"testing"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/models/photo"
	"linli/models/score"
	"linli/models/ticket"
	"linli/storage"
	persons "linli/storage/people"
	photos "linli/storage/photo"
	scores "linli/storage/score"
	"linli/storage/seed"
	"linli/storage/storagetest"
	tickets "linli/storage/ticket"
)

func newClock() *storagetest.Clock {
	return &storagetest.Clock{At: time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)}
}

// world is a small county in which people live, with the store that seals what they do.
type world struct {
	storagetest.County
	t       testing.TB
	db      *storage.DB
	clock   *storagetest.Clock
	store   *Store
	tickets *tickets.Store
	photos  *photos.Store
	people  *persons.Store
	scores  *scores.Store
	cause   int64 // a cause case, 0 before the first
	ids     int
	dice    *rand.Rand
}

var testSeed = bytes.Repeat([]byte{7}, 32)

func newWorld(t testing.TB, db *storage.DB, c *storagetest.Clock) *world {
	t.Helper()
	w := &world{t: t, db: db, clock: c, dice: rand.New(rand.NewPCG(1, 2))}
	w.County = storagetest.SmallCounty(t.(*testing.T), db)
	w.store = w.newStore(Options{})
	w.photos = photos.New(db, storagetest.Disk(t), photos.Hooks{
		Sees:    tickets.MaySee,
		Stored:  func(tx storage.Tx, p photo.Photo) error { return w.tickets.PhotoStored(tx, p) },
		Refused: func(tx storage.Tx, p photo.Photo) error { return w.tickets.PhotoRefused(tx, p) },
	})
	w.tickets = tickets.New(db, w.photos, testSeed)
	w.scores = scores.New(db)
	var err error
	if w.people, err = persons.New(db, persons.Options{Key: testSeed}); err != nil {
		t.Fatal(err)
	}
	w.write(seed.All)
	w.write(soonRepeats)
	w.write(storagetest.TellOfMemberships)
	return w
}

func (w *world) newStore(o Options) *Store {
	w.t.Helper()
	if o.Signer == nil {
		signer, err := SignerOf(testSeed)
		if err != nil {
			w.t.Fatal(err)
		}
		o.Signer = signer
	}
	s, err := New(w.db, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) write(f func(storage.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(f func(storage.Tx) error) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) clientID() string {
	w.ids++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", w.ids)
}

// each runs f in a fresh world on both databases.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	c := newClock()
	start := c.At
	storagetest.EachAt(t, c.Now, func(t *testing.T, db *storage.DB) {
		c.At = start
		f(t, newWorld(t, db, c))
	})
}

// soonRepeats lets two times on different days be a repeat, so that a short life has a cause case.
func soonRepeats(tx storage.Tx) error {
	var doc map[string]any
	if err := json.Unmarshal(ticket.RepeatRuleDocuments()[0], &doc); err != nil {
		return err
	}
	for name, value := range map[string]any{"version": "soon", "least_times": 2, "most_alone": 1, "apart_days": 1, "unsolved_days": 1} {
		doc[name] = value
	}
	written, err := json.Marshal(doc)
	if err == nil {
		_, _, err = storage.AddRuleset(tx, "repeats", "soon", "repeats/1", written, models.DateOf(tx.At()))
	}
	return err
}

// causeLives lets the lift fail on two days and the station open a case; later the case goes on by a step or two.
func (w *world) causeLives() {
	ctx := w.t.Context()
	if w.cause == 0 {
		for _, by := range []models.Actor{w.Resident, w.Neighbour} {
			_, err := w.tickets.FileTicket(ctx, by, ticket.Filing{ClientID: w.clientID(), Category: "REP-08", Text: "电梯又停了", BuildingID: w.Building.ID}, nil)
			w.must(err)
			w.clock.Advance(26 * time.Hour)
		}
		view, _, err := w.tickets.OpenCause(ctx, w.StationStaff, ticket.CauseOpening{
			ClientID: w.clientID(), EstateID: w.Estate.ID, BuildingID: w.Building.ID, Thing: "lift", Cause: "曳引机老化，钢丝绳打滑", OwnerPartyID: w.Operator.ID,
		})
		w.must(err)
		w.cause = view.ID
	}
	cost := int64(w.dice.IntN(1_000_000))
	for range 2 {
		view, err := w.tickets.Cause(ctx, w.StationStaff, w.cause)
		w.must(err)
		step := ticket.CauseStep{Version: view.Version, Note: "按查到的原因一次换好", Fen: &cost}
		switch view.State {
		case ticket.CauseOpened:
			step.Action, step.Day, step.Route = ticket.CausePlan, models.DateOf(w.clock.At).Add(9), ticket.RouteFund
		case ticket.CausePlanned:
			step.Action = ticket.CauseDone
		default:
			step.Action = ticket.CauseReopen
		}
		_, err = w.tickets.StepCause(ctx, w.StationStaff, w.cause, step)
		w.must(err)
	}
}

// live lets n tickets be filed and live on to a random point of their life, and somebody move in now and then.
func (w *world) live(n int) {
	w.t.Helper()
	for range n {
		w.ticketLives()
		w.clock.Advance(time.Duration(w.dice.IntN(20)) * time.Minute)
	}
	w.membershipLives()
	w.causeLives()
	_, err := w.scores.RateOperator(w.t.Context(), w.Resident, score.GeneralRating{ClientID: w.clientID(), EstateID: w.Estate.ID, Level: 1 + w.dice.IntN(5), Text: "还可以"})
	w.must(err)
}

func (w *world) ticketLives() {
	ctx := w.t.Context()
	before, claim := w.picture(photo.Before)
	category := []string{"REP-01", "SVC-01", "REP-02"}[w.dice.IntN(3)]
	filed, err := w.tickets.FileTicket(ctx, w.Resident, ticket.Filing{ClientID: w.clientID(), Category: category, Text: "三楼的灯不亮了", BuildingID: w.Building.ID, ShareContact: true}, []photo.Claim{claim})
	w.must(err)
	id := filed.Ticket.ID
	w.storePicture(w.Resident, claim, before)
	move := func(a models.Actor, action ticket.Action, note string) {
		_, err := w.tickets.MoveTicket(ctx, a, id, ticket.Move{Action: action, Note: note})
		w.must(err)
	}
	steps := []func(){
		func() { w.giveBack(id) },
		func() { move(w.Staff, ticket.Acknowledge, "") },
		func() { move(w.Staff, ticket.Start, "") },
		func() { w.join(id) },
		func() { w.wait() },
		func() {
			if _, err := w.tickets.MoveTicket(ctx, w.Resident, id, ticket.Move{Action: ticket.Urge}); models.KindOf(err) != models.Limited {
				w.must(err)
			}
		},
		func() { w.extend(id) },
		func() { w.pause(id) },
		func() { w.answerJoint(id) },
		func() { move(w.Resident, ticket.ContactConfirm, "") },
		func() { move(w.Staff, ticket.Progress, "配件已订购，明天到") },
		func() { w.done(id) },
		func() {
			if w.dice.IntN(2) == 0 {
				_, err := w.tickets.SendBackTicket(ctx, w.Resident, id, ticket.Answer{ClientID: w.clientID(), Closing: 1, Text: "还是不亮"}, nil)
				w.must(err)
				w.done(id)
			}
		},
		func() {
			var t ticket.Ticket
			w.read(func(tx storage.Tx) error { return tx.DB().Take(&t, "id = ?", id).Error })
			_, err := w.tickets.ConfirmTicket(ctx, w.Resident, id, ticket.Answer{ClientID: w.clientID(), Closing: t.Closing, Level: 4})
			w.must(err)
		},
	}
	for _, step := range steps[:w.dice.IntN(len(steps)+1)] {
		w.clock.Advance(time.Duration(1+w.dice.IntN(30)) * time.Minute)
		step()
	}
}

// giveBack lets the party return a ticket now and then, and the centre decide that it stays, or that it is another's for a
// while.
func (w *world) giveBack(id int64) {
	if w.dice.IntN(3) != 0 {
		return
	}
	_, err := w.tickets.ReturnTicket(w.t.Context(), w.Staff, id, ticket.ReturnAsked{Reason: "不属于我方职责", ProposedPartyID: w.Rival.ID})
	if models.KindOf(err) == models.Conflict {
		return // too late
	}
	w.must(err)
	_, err = w.tickets.DecideReturn(w.t.Context(), w.Officer, id, ticket.ReturnDecision{PartyID: w.Operator.ID, Note: "属于你方职责"})
	w.must(err)
}

// pause lets the party wait for parts now and then, and the reporter end it or not.
func (w *world) pause(id int64) {
	if w.dice.IntN(3) != 0 {
		return
	}
	seen, err := w.tickets.Ticket(w.t.Context(), w.Staff, id)
	w.must(err)
	if seen.PauseDays == nil {
		return // too late, or a later date was asked for
	}
	_, err = w.tickets.PauseTicket(w.t.Context(), w.Staff, id, ticket.PauseAsked{Why: ticket.PauseForParts, Note: "向厂家订了配件，单号 7", Until: seen.PauseDays.First})
	w.must(err)
	if w.dice.IntN(2) == 0 {
		w.clock.Advance(time.Minute)
		_, err = w.tickets.ResumeTicket(w.t.Context(), w.Resident, id, ticket.PauseEnded{})
		w.must(err)
	}
}

// extend lets the party ask for a day more now and then, and the centre grant it or not.
func (w *world) extend(id int64) {
	if w.dice.IntN(3) != 0 {
		return
	}
	seen, err := w.tickets.Ticket(w.t.Context(), w.Staff, id)
	w.must(err)
	if seen.ExtensionDays == nil {
		return // too late
	}
	_, err = w.tickets.ExtendTicket(w.t.Context(), w.Staff, id, ticket.ExtensionAsked{Reason: "配件要等", Until: seen.ExtensionDays.First})
	w.must(err)
	if choice := w.dice.IntN(3); choice > 0 {
		_, err = w.tickets.DecideExtension(w.t.Context(), w.Officer, id, ticket.ExtensionDecision{Grant: choice == 1, Note: "已核实"})
		w.must(err)
	}
}

// join lets an office make a ticket joint now and then, and a household support it.
func (w *world) join(id int64) {
	if w.dice.IntN(3) != 0 {
		return
	}
	_, err := w.tickets.MarkJoint(w.t.Context(), w.Officer, id, ticket.Joining{Note: "业主委员会来函"})
	w.must(err)
	_, _, err = w.tickets.SupportTicket(w.t.Context(), w.Neighbour, id, ticket.Supporting{ClientID: w.clientID()})
	if models.KindOf(err) != models.NotFound { // of a category that is not offered
		w.must(err)
	}
}

func (w *world) answerJoint(id int64) {
	_, err := w.tickets.AnswerJoint(w.t.Context(), w.Staff, id, ticket.JointAnswered{Accepted: w.dice.IntN(2) == 0, Text: "已研究，明日书面公示"})
	if models.KindOf(err) != models.Conflict { // nobody waits for it
		w.must(err)
	}
}

// wait lets a day and a half go by, with all the reminders and rungs that fall into it.
func (w *world) wait() {
	for range 6 {
		w.clock.Advance(6 * time.Hour)
		_, err := w.tickets.EscalateDue(w.t.Context(), 1000)
		w.must(err)
	}
}

func (w *world) done(id int64) {
	after, claim := w.picture(photo.After)
	_, err := w.tickets.SayDone(w.t.Context(), w.Staff, id, ticket.DoneSaying{ClientID: w.clientID(), Result: "已更换灯泡"}, []photo.Claim{claim})
	w.must(err)
	w.storePicture(w.Staff, claim, after)
}

func (w *world) membershipLives() {
	ctx := w.t.Context()
	asked, err := w.people.AskMembership(ctx, w.Steward, people.Ask{UnitID: w.Home.ID, Relation: "owner"})
	w.must(err)
	if asked.Status == models.Pending && w.dice.IntN(2) == 0 {
		_, err = w.people.DecideMembership(ctx, w.Officer, asked.ID, people.Decision{Approve: true, Method: "visit"})
		w.must(err)
	}
	_, err = w.people.EndMembership(ctx, w.Steward, asked.ID, "搬走了")
	w.must(err)
}

// picture is a JPEG that no other call makes, and its line of a manifest.
func (w *world) picture(kind photo.Kind) ([]byte, photo.Claim) {
	img := image.NewRGBA(image.Rect(0, 0, 48, 36))
	for i := range img.Pix {
		img.Pix[i] = uint8(w.dice.IntN(256))
	}
	img.Set(0, 0, color.White)
	var b bytes.Buffer
	w.must(jpeg.Encode(&b, img, nil))
	sum := sha256.Sum256(b.Bytes())
	return b.Bytes(), photo.Claim{ClientID: w.clientID(), SHA256: hex.EncodeToString(sum[:]), Kind: kind, Bytes: int64(b.Len())}
}

func (w *world) storePicture(a models.Actor, claim photo.Claim, b []byte) {
	made, err := w.photos.Make(w.t.Context(), b)
	w.must(err)
	w.write(func(tx storage.Tx) error {
		var row photo.Photo
		if err := tx.DB().Take(&row, "author_id = ? AND client_id = ?", a.AccountID, claim.ClientID).Error; err != nil {
			return err
		}
		_, _, err := w.photos.StoreIn(tx, a, row, made)
		return err
	})
}

// seal seals all that waits.
func (w *world) seal() int {
	w.t.Helper()
	n, err := w.store.SealLines(w.t.Context())
	w.must(err)
	return n
}

// sign signs a checkpoint, an hour later than the one before.
func (w *world) sign() checkpointRow {
	w.t.Helper()
	w.clock.Advance(time.Hour)
	signed, err := w.store.SignCheckpoint(w.t.Context())
	w.must(err)
	if !signed {
		w.t.Fatal("nothing was signed")
	}
	var row checkpointRow
	w.read(func(tx storage.Tx) error { row, _, err = newestIn(tx); return err })
	return row
}

// verify verifies the world against heads.
func (w *world) verify(heads ...checkpointRow) Report {
	w.t.Helper()
	r, err := Verify(w.t.Context(), w.db, against(heads...))
	w.must(err)
	return r
}

func against(heads ...checkpointRow) (a Against) {
	for _, h := range heads {
		a.Heads = append(a.Heads, Head{Name: fmt.Sprintf("head %d", h.Number), Note: h.Note})
	}
	return a
}
