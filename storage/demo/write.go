package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/people"
	photos "linli/storage/photo"
)

// batch is how many tickets go into one transaction: few enough that nobody waits for it.
const batch = 10

// recentDays is how far back the first part reaches, besides all that is still open.
const recentDays = 10

// split parts the tickets into those that somebody needs today and the rest, the newest first.
func (s *seeder) split() (desk, rest []plan) {
	recent := s.now.AddDate(0, 0, -recentDays)
	for i := len(s.plans) - 1; i >= 0; i-- {
		if p := s.plans[i]; p.open || p.early || p.filedAt.After(recent) {
			desk = append(desk, p)
		} else {
			rest = append(rest, p)
		}
	}
	return desk, rest
}

// makeDesk writes what is open or new.
func (s *seeder) makeDesk(ctx context.Context) error {
	desk, _ := s.split()
	return s.makeTickets(ctx, "demo.desk", "desk", desk, 2)
}

// makeHistory writes everything else, then what is only right when all of it is there.
func (s *seeder) makeHistory(ctx context.Context) error {
	if done, err := s.done(ctx, seededKey); err != nil || done {
		return err
	}
	_, rest := s.split()
	if err := s.makeTickets(ctx, "demo.history", "history", rest, 1); err != nil {
		return err
	}
	if err := s.makeRatings(ctx); err != nil {
		return err
	}
	if err := s.once(ctx, "demo.scores", s.freezePriors); err != nil {
		return err
	}
	if _, err := s.Scores.ReleaseCells(ctx); err != nil {
		return err
	}
	return s.once(ctx, seededKey, func(storage.Tx) error { return nil })
}

// freezePriors freezes the month's priors over the whole history. What the hourly job may have frozen while the history
// was coming in stood on a part of it, and goes: these are priors of a county that did not exist yet.
func (s *seeder) freezePriors(tx storage.Tx) error {
	if err := tx.DB().Exec("DELETE FROM score_priors").Error; err != nil {
		return err
	}
	return s.Scores.FreezePriorsIn(tx, models.MonthOf(tx.At()))
}

// makeTickets writes tickets in batches. The pictures of a batch are made before its transaction begins.
func (s *seeder) makeTickets(ctx context.Context, key, what string, plans []plan, painters int) error {
	for from := 0; from < len(plans); from += batch {
		part := plans[from:min(len(plans), from+batch)]
		name := fmt.Sprintf("%s.%03d", key, from/batch)
		if done, err := s.done(ctx, name); err != nil || done {
			if err != nil {
				return err
			}
			continue
		}
		made, err := s.develop(ctx, part, painters)
		if err != nil {
			return err
		}
		if err := s.once(ctx, name, func(tx storage.Tx) error { return s.writeTickets(tx, part, made) }); err != nil {
			return err
		}
		s.progress(from+len(part), len(plans), what)
	}
	return nil
}

func (s *seeder) writeTickets(tx storage.Tx, part []plan, made developed) error {
	for _, p := range part {
		if err := s.writeTicket(tx, p, made); err != nil {
			return fmt.Errorf("demo ticket %d: %w", p.number, err)
		}
	}
	// Whoever files next, even before the older months are there, gets a higher number.
	return storage.ReserveIDs(tx, "tickets", s.plans[len(s.plans)-1].number)
}

// actor is an account with all its rights, as it will be for the whole year.
func (s *seeder) actor(tx storage.Tx, account int64) (models.Actor, error) {
	if a, known := s.actors[account]; known {
		return a, nil
	}
	a, err := people.ActorOf(tx, account)
	if err == nil {
		s.actors[account] = a
	}
	return a, err
}

// writeTicket lets a ticket be filed and live through its steps, each at its own moment.
func (s *seeder) writeTicket(tx storage.Tx, p plan, made developed) error {
	author, err := s.actor(tx, p.author)
	if err != nil {
		return err
	}
	s.nextID = p.number
	t, _, err := s.tickets.FileIn(tx.Moved(p.filedAt), author, p.filing, made.claims(p.pictures))
	if err != nil {
		return err
	}
	if err := s.store(tx.Moved(p.filedAt.Add(20*time.Second)), author, p.pictures, made); err != nil {
		return err
	}
	life := &written{seeder: s, made: made, id: t.ID}
	for _, step := range p.steps {
		if err := s.tickets.EscalateUntil(tx, t.ID, step.at); err != nil {
			return err
		}
		if err := life.take(tx.Moved(step.at), step); err != nil {
			return fmt.Errorf("step %d at %s: %w", step.act, step.at.Format(time.DateTime), err)
		}
	}
	if err := s.callBack(tx, p, t.ID); err != nil {
		return fmt.Errorf("callback: %w", err)
	}
	return s.tickets.EscalateUntil(tx, t.ID, s.now)
}

// written is a ticket that is being lived through.
type written struct {
	*seeder
	made     developed
	id       int64
	messages int64
	closing  int64
}

func (w *written) take(tx storage.Tx, s step) error {
	var a models.Actor
	var err error
	if s.account != 0 {
		if a, err = w.actor(tx, s.account); err != nil {
			return err
		}
	}
	switch s.act {
	case actAcknowledge:
		_, err = w.tickets.MoveIn(tx, a, w.id, ticket.Move{Action: ticket.Acknowledge})
	case actContactConfirm:
		_, err = w.tickets.MoveIn(tx, a, w.id, ticket.Move{Action: ticket.ContactConfirm})
	case actStart:
		_, err = w.tickets.MoveIn(tx, a, w.id, ticket.Move{Action: ticket.Start})
	case actProgress:
		_, err = w.tickets.MoveIn(tx, a, w.id, ticket.Move{Action: ticket.Progress, Note: s.text})
	case actWithdraw:
		_, err = w.tickets.MoveIn(tx, a, w.id, ticket.Move{Action: ticket.Withdraw})
	case actSay:
		err = w.say(tx, a, s)
	case actRead:
		err = w.tickets.ReadIn(tx, a, w.id, w.messages)
	case actDone:
		err = w.finish(tx, a, s)
	case actConfirm:
		err = w.answer(tx, a, s, true)
	case actSendBack:
		err = w.answer(tx, a, s, false)
	case actPressure:
		err = w.tickets.TellPressureIn(tx, a, w.id, ticket.PressureTold{ClientID: s.clientID, Asked: "confirm", By: "party", Text: s.text})
	case actSilence:
		err = w.tickets.SilenceIn(tx, w.id)
	case actRelease:
		err = w.tickets.ReleaseIn(tx, w.id)
	case actPauseParts:
		err = w.pause(tx, a, s, ticket.PauseForParts)
	case actPauseDay:
		err = w.pause(tx, a, s, ticket.PauseForDay)
	case actPauseUnreached:
		err = w.pause(tx, a, s, ticket.PauseForReporter)
	case actTry:
		_, err = w.tickets.TryIn(tx, a, w.id, ticket.Trying{How: ticket.TryMessage, Note: s.text})
	case actSuspendAsk:
		_, err = w.tickets.AskSuspensionIn(tx, a, w.id, ticket.SuspensionAsked{Reason: s.text})
	case actSuspend:
		_, err = w.tickets.DecideSuspensionIn(tx, a, w.id, ticket.SuspensionDecision{
			Suspend: true, Cause: ticket.CauseFund, Document: "孟房维〔2026〕17号", Evidence: "维修资金使用申请已受理，等业主投票表决。", Interim: s.text,
		})
	case actResume:
		_, err = w.tickets.ResumeIn(tx, a, w.id, ticket.PauseEnded{})
	case actPromise:
		_, err = w.tickets.PromiseIn(tx, a, w.id, ticket.PromiseMade{Result: s.text, Day: s.day})
	case actRedate:
		_, err = w.tickets.RedateIn(tx, a, w.id, ticket.PromiseRedated{Reason: s.text, Day: s.day})
	case actPromiseKept, actPromiseBroken:
		_, err = w.tickets.JudgeIn(tx, a, w.id, ticket.PromiseVerdict{ClientID: s.clientID, Promise: 1, Kept: s.act == actPromiseKept})
	case actPromiseLapse:
		if err = w.tickets.LapsePromiseIn(tx, w.id); models.KindOf(err) == models.Conflict {
			err = nil // somebody had answered
		}
	case actHandOver:
		err = w.handOver(tx)
	}
	return err
}

func (w *written) pause(tx storage.Tx, a models.Actor, s step, why ticket.PauseWhy) error {
	_, err := w.tickets.PauseIn(tx, a, w.id, ticket.PauseAsked{Why: why, Note: s.text, Until: models.DateOf(s.at).Add(s.days)})
	return err
}

func (w *written) say(tx storage.Tx, a models.Actor, s step) error {
	_, _, err := w.tickets.MessageIn(tx, a, w.id, ticket.Saying{ClientID: s.clientID, Text: s.text}, nil)
	w.messages++
	return err
}

func (w *written) finish(tx storage.Tx, a models.Actor, s step) error {
	saying := ticket.DoneSaying{ClientID: s.clientID, Result: s.text, NoPhotoReason: s.reason}
	_, closing, err := w.tickets.DoneIn(tx, a, w.id, saying, w.made.claims(s.pictures))
	if err != nil {
		return err
	}
	w.closing = closing.Closing
	return w.store(tx.Moved(tx.At().Add(40*time.Second)), a, s.pictures, w.made)
}

func (w *written) answer(tx storage.Tx, a models.Actor, s step, solved bool) error {
	answer := ticket.Answer{ClientID: s.clientID, Closing: w.closing, Level: s.level, Text: s.text}
	if _, _, err := w.tickets.AnswerIn(tx, a, w.id, answer, solved, w.made.claims(s.pictures)); err != nil {
		return err
	}
	return w.store(tx.Moved(tx.At().Add(30*time.Second)), a, s.pictures, w.made)
}

func (w *written) handOver(tx storage.Tx) error {
	var estates []int64
	if err := tx.DB().Table("tickets").Where("id = ?", w.id).Pluck("estate_id", &estates).Error; err != nil || len(estates) == 0 {
		return err
	}
	_, err := w.tickets.HandOver(tx, estates[0])
	return err
}

// developed are the pictures of a batch, by client id.
type developed map[string]picture

type picture struct {
	sum   string
	bytes int64
	made  photos.Made
}

// develop paints the pictures of a batch and sends them through the same press as everybody's.
func (s *seeder) develop(ctx context.Context, part []plan, painters int) (developed, error) {
	var shots []shot
	for _, p := range part {
		shots = append(shots, p.pictures...)
		for _, step := range p.steps {
			shots = append(shots, step.pictures...)
		}
	}
	made := developed{}
	results := make([]picture, len(shots))
	errs := make(chan error, painters)
	for painter := range painters {
		go func() {
			var err error
			for i := painter; i < len(shots) && err == nil; i += painters {
				results[i], err = s.press(ctx, shots[i])
			}
			errs <- err
		}()
	}
	var failed error
	for range painters {
		if err := <-errs; err != nil {
			failed = err
		}
	}
	for i, shot := range shots {
		made[shot.clientID] = results[i]
	}
	return made, failed
}

func (s *seeder) press(ctx context.Context, shot shot) (picture, error) {
	if s.Pixels != 0 {
		shot.pixels = s.Pixels
	}
	b := paint(shot.motif, shot.place, shot.n, shot.mended, shot.pixels)
	sum := sha256.Sum256(b)
	made, err := s.Photos.Make(ctx, b)
	return picture{hex.EncodeToString(sum[:]), int64(len(b)), made}, err
}

// claims is the manifest that a phone would send with the pictures.
func (made developed) claims(shots []shot) []photo.Claim {
	var claims []photo.Claim
	camera := true
	for _, shot := range shots {
		p := made[shot.clientID]
		claims = append(claims, photo.Claim{
			ClientID: shot.clientID, SHA256: p.sum, Kind: shot.kind, Bytes: p.bytes, Told: &photo.Told{MinutesAgo: &shot.minutesAgo, Camera: &camera},
		})
	}
	return claims
}

// store sets the listed pictures stored, at the moment of the transaction.
func (s *seeder) store(tx storage.Tx, a models.Actor, shots []shot, made developed) error {
	for _, shot := range shots {
		var row photo.Photo
		if err := tx.DB().Take(&row, "author_id = ? AND client_id = ?", a.AccountID, shot.clientID).Error; err != nil {
			return err
		}
		if _, _, err := s.Photos.StoreIn(tx, a, row, made[shot.clientID].made); err != nil {
			return err
		}
	}
	return nil
}

// makeRatings writes the general ratings, a few dozen in one transaction.
func (s *seeder) makeRatings(ctx context.Context) error {
	const size = 60
	for from := 0; from < len(s.ratings); from += size {
		part := s.ratings[from:min(len(s.ratings), from+size)]
		err := s.once(ctx, fmt.Sprintf("demo.ratings.%02d", from/size), func(tx storage.Tx) error {
			for _, o := range part {
				a, err := s.actor(tx, o.account)
				if err != nil {
					return err
				}
				if _, err := s.Scores.RateIn(tx.Moved(o.at), a, o.rating); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		s.progress(from+len(part), len(s.ratings), "ratings")
	}
	return nil
}
