package ticket

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// Calls makes one telephone call that reads a text out, or, where there is no such service, sends it as a text message. An error
// means that it may be tried again. A try whose answer was lost is made again under the same id, by which the receiver can tell.
type Calls interface {
	Send(ctx context.Context, id, phone, text string) error
}

// LogCalls writes the call to the log instead of making it, with the number masked: it is that of a person on duty.
type LogCalls struct{ Log *slog.Logger }

// Send logs what would be read out.
func (l *LogCalls) Send(_ context.Context, _, phone, text string) error {
	l.Log.Info("demo: call not made", "phone", models.MaskPhone(phone), "text", text)
	return nil
}

// WithCalls is the same store with a way to call people on duty.
func (s *Store) WithCalls(calls Calls) *Store {
	calling := *s
	calling.calls = calls
	return &calling
}

// callKind is the outbox's word for calls.
const callKind = "call"

// callsWithin is how long after it came to its party a matter is called for at all: a program that stood still for a day
// does not ring people about yesterday, the ladder has told the centre.
const callsWithin = 24 * time.Hour

// call is the payload of an outbox effect of kind call. It is wiped when the effect is done.
type call struct {
	TicketID int64     `json:"ticket_id"`
	Since    time.Time `json:"since"` // when the matter came to its party
	Phone    string    `json:"phone"`
	Text     string    `json:"text"`
	Until    time.Time `json:"until"` // after this it is of no use
}

// CallDue goes one step down the chain for each matter that nobody has acknowledged in time, at most limit of them, each in a
// transaction of its own. It returns how many calls were ordered.
func (s *Store) CallDue(ctx context.Context, limit int) (int, error) {
	var due []int64
	err := s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.duty.In(tx)
		if err != nil {
			return err
		}
		var urgencies []string
		for _, chain := range rules.Chains {
			urgencies = append(urgencies, chain.Urgency)
		}
		// Bounded by the deadline to acknowledge, because that is indexed among what is open.
		return tx.DB().Model(&ticket.Ticket{}).Where(sqlOpen+" AND next_step = ? AND next_due >= ?", ticket.NextAcknowledge, models.UTC(tx.At().Add(-callsWithin))).
			Where("urgency IN ? AND state = ? AND dispatched_at >= ?", append(urgencies, ""), ticket.Dispatched, models.UTC(tx.At().Add(-callsWithin))).
			Order("next_due DESC, id DESC").Limit(limit).Pluck("id", &due).Error
	})
	ordered := 0
	for _, id := range due {
		if err != nil {
			return ordered, err
		}
		err = s.db.Write(ctx, func(tx storage.Tx) error {
			n, err := s.CallIn(tx, id)
			ordered += n
			return err
		})
	}
	return ordered, err
}

// CallIn orders the calls that are due for one matter: several, where the program slept through the first. The order of a call is
// one row whose key names the matter, the moment it came to its party, and the rung, so that each rung is called once whatever
// dies or runs beside us; the step in the ledger is written with it. The row of the ticket is held meanwhile: a matter that
// somebody acknowledges at this moment is not called for.
func (s *Store) CallIn(tx storage.Tx, id int64) (ordered int, err error) {
	t, err := forUpdate(tx, id)
	if err != nil || !t.Unheard() {
		return 0, err
	}
	rules, err := s.duty.In(tx)
	if err != nil {
		return 0, err
	}
	chain := rules.Chain(t.Urgency)
	due := chain.Due(t.DispatchedAt, tx.At())
	for i := 0; i < due; i++ {
		who, err := called(tx, t, chain.Rungs[i].Who)
		if err != nil {
			return ordered, err
		}
		made, err := s.orderCall(tx, t, chain, i, who)
		if err != nil {
			return ordered, err
		}
		switch {
		case who.phone == "":
			due = min(due+1, len(chain.Rungs)) // nobody to call: the next one need not wait
		case made:
			ordered++
		}
	}
	return ordered, nil
}

// callee is whom a rung calls: at which party, by which of its numbers. Without a phone there is nobody.
type callee struct {
	party place.HandlingParty
	phone string
	by    string // roster, posted, nobody, or same where the party was called on an earlier rung
}

// called finds whom a rung calls at this moment.
func called(tx storage.Tx, t ticket.Ticket, who place.DutyWho) (c callee, err error) {
	own, _, err := places.Party(tx, t.HandlingPartyID)
	if err != nil {
		return c, err
	}
	switch who {
	case place.CallDuty, place.CallDeputy:
		c.party = own
	case place.CallStation:
		c.party, _, err = places.StationOf(tx, t.CommunityID)
	case place.CallTown:
		c.party, _, err = places.TownPartyOf(tx, t.TownID)
	case place.CallCenter:
		c.party, _, err = places.PartyByCode(tx, "property_center")
	}
	if err != nil || c.party.ID == 0 {
		return callee{party: own, by: "nobody"}, err
	}
	if c.party.ID == own.ID && who != place.CallDuty && who != place.CallDeputy {
		return callee{party: own, by: "same"}, nil
	}
	shifts, err := places.ShiftsOf(tx, c.party.ID)
	if err != nil {
		return c, err
	}
	posted, err := postedPhone(tx, t, c.party)
	duty, deputies := place.OnDuty(shifts, tx.At())
	if who == place.CallDeputy {
		c.phone, c.by = place.SecondCall(duty, deputies, posted)
	} else {
		c.phone, c.by = place.FirstCall(duty, posted)
	}
	return c, err
}

// postedPhone is the number that a party has posted for the place of a matter.
func postedPhone(tx storage.Tx, t ticket.Ticket, party place.HandlingParty) (string, error) {
	term, running, err := places.TermOn(tx, t.EstateID, tx.Today())
	if running && term.HandlingPartyID == party.ID && term.Phone24 != "" {
		return term.Phone24, err
	}
	return party.Phone24, err
}

// orderCall writes a rung down, once: the call for the outbox, or that there was nobody to call, and the step of the ticket.
func (s *Store) orderCall(tx storage.Tx, t ticket.Ticket, chain place.DutyChain, rung int, who callee) (made bool, err error) {
	order := call{TicketID: t.ID, Since: t.DispatchedAt, Phone: who.phone, Until: models.UTC(tx.At().Add(time.Duration(chain.CallsMinutes) * time.Minute))}
	effect := storage.Effect{Kind: callKind, Key: fmt.Sprintf("call/%d/%d/%d", t.ID, t.DispatchedAt.UnixMicro(), rung), NextAttemptAt: tx.At(), CreatedAt: tx.At(), Payload: "{}"}
	if who.phone == "" {
		done := tx.At()
		effect.DoneAt = &done
	} else {
		if order.Text, err = s.callWords(tx, t); err != nil {
			return false, err
		}
		payload, err := json.Marshal(order)
		if err != nil {
			return false, err
		}
		effect.Payload = string(payload)
	}
	if made, err = storage.Insert(tx, &effect); err != nil || !made || who.by == "same" {
		return made, err
	}
	_, err = storage.Record(tx, models.Event{
		Noun: "ticket", NounID: t.ID, Action: string(ticket.Call), ActorRole: models.System, PartyID: who.party.ID, From: string(t.State), To: string(t.State),
		Data: map[string]any{"who": string(chain.Rungs[rung].Who), "by": who.by, "rung": rung + 1},
	})
	return true, err
}

// callWords are what is read out to whoever is called: the matter's number, what and where it is. Nothing that the reporter
// wrote, no flat and nobody's name.
func (s *Store) callWords(tx storage.Tx, t ticket.Ticket) (string, error) {
	c, err := s.catalogueIn(tx)
	if err != nil {
		return "", err
	}
	names, err := namesOf(tx, []ticket.Ticket{t})
	if err != nil {
		return "", err
	}
	category, _ := c.Category(t.Category)
	urgency, _ := c.Urgency(t.Urgency)
	where := names[t.ID]
	building := where.Building
	if building == where.Estate {
		building = ""
	}
	return fmt.Sprintf("【邻里】%s工单 %s：%s，%s%s，还没有人接单。请马上在邻里接单处理。", urgency.Name.Zh, t.Number, category.Name.Zh, where.Estate, building), nil
}

// DeliverCalls makes the calls that were ordered, at most 50, and reports how many. A call is claimed before it is made, so two
// copies of the program do not make it twice; a copy that dies meanwhile leaves it to be tried again under the same id. What
// was acknowledged meanwhile, or waited too long, is not called any more.
func (s *Store) DeliverCalls(ctx context.Context) (made int, err error) {
	if s.calls == nil {
		return 0, nil
	}
	var due []storage.Effect
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		due, err = storage.ClaimEffects(tx, callKind, 50, storage.Doubling(5*time.Second, time.Minute))
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, e := range due {
		did, err := s.makeCall(ctx, e)
		if err != nil {
			return made, err
		}
		if did {
			made++
		}
	}
	return made, nil
}

func (s *Store) makeCall(ctx context.Context, e storage.Effect) (made bool, err error) {
	var order call
	if err := json.Unmarshal([]byte(e.Payload), &order); err != nil {
		return false, err
	}
	wanted := false
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		var t ticket.Ticket
		err := tx.DB().Take(&t, "id = ?", order.TicketID).Error
		wanted = t.Unheard() && t.DispatchedAt.Equal(order.Since)
		return err
	})
	if err != nil {
		return false, err
	}
	var failed error
	if wanted && order.Until.After(e.NextAttemptAt) {
		failed = s.calls.Send(ctx, e.Key, order.Phone, order.Text)
		made = failed == nil
	}
	return made, s.db.Write(ctx, func(tx storage.Tx) error {
		if failed != nil {
			return storage.EffectFailed(tx, e.ID, failed.Error())
		}
		return storage.EffectDone(tx, e.ID)
	})
}
